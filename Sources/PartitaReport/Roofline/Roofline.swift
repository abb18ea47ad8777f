public import PartitaFiles

/// The kernels of a step beside what the processor could do at most (Williams, Waterman and Patterson,
/// "Roofline", CACM 52(4), 2009).
public struct Roofline: Sendable {
  /// Kernels that do the same.
  public struct Kernel: Hashable, Sendable {
    /// What they do, as "linear+relu".
    public let name: String
    /// Layers that they are of.
    public let layers: [String]
    /// Shapes of operands and results.
    public let shapes: String
    /// How often they run in a step.
    public let calls: Int
    /// Seconds of all calls in a step, the median step's.
    public let seconds: Double
    /// Operations and bytes of all calls.
    public let flops, bytes: Int
    /// What all calls take at least.
    public let floor: Double
    /// What sets the floor.
    public let limit: Limit

    /// A row.
    public init(
      _ name: String, layers: [String], shapes: String, calls: Int, seconds: Double, flops: Int,
      bytes: Int, floor: Double, limit: Limit
    ) {
      self.name = name
      self.layers = layers
      self.shapes = shapes
      self.calls = calls
      self.seconds = seconds
      self.flops = flops
      self.bytes = bytes
      self.floor = floor
      self.limit = limit
    }

    /// Which part of the seconds the floor is; above 1 where operands lay in caches.
    public var ratio: Double { floor / seconds }
  }

  /// What a kernel can't be faster than.
  public enum Limit: String, Hashable, Sendable {
    /// Operations at the peak rate.
    case operations
    /// Bytes at the rate of arrays as large as the arena.
    case bytes
    /// The best product of the same extents with operands from as much memory.
    case product = "cold product"
  }

  /// What is trained.
  public let name: String
  /// Seconds of a step.
  public let stepSeconds: Double
  /// What the processor can do: operations of float32, products of bfloat16, bytes.
  public let flopsPerSecond, narrowFlopsPerSecond, bytesPerSecond: Double
  /// The kernels, the one that takes longest first.
  public let kernels: [Kernel]

  /// Sorts kernels.
  public init(
    _ name: String, stepSeconds: Double, flopsPerSecond: Double, narrowFlopsPerSecond: Double,
    bytesPerSecond: Double, kernels: [Kernel]
  ) {
    self.name = name
    self.stepSeconds = stepSeconds
    self.flopsPerSecond = flopsPerSecond
    self.narrowFlopsPerSecond = narrowFlopsPerSecond
    self.bytesPerSecond = bytesPerSecond
    self.kernels = kernels.sorted { ($1.seconds, $0.name) < ($0.seconds, $1.name) }
  }

  /// Seconds of all kernels, and what they take at least.
  public var kernelSeconds: Double { kernels.reduce(0) { $0 + $1.seconds } }
  /// What all kernels take at least.
  public var floor: Double { kernels.reduce(0) { $0 + $1.floor } }

  /// The part of a step from which on a kernel is named.
  private static let least = 0.01

  /// The kernels as a table; those that hardly count are one row.
  var table: Table {
    var table = Table(
      ["kernel", "layers", "calls", "ms", "of step", "GFLOP", "MB", "floor ms", "floor/ms", "by"],
      wordColumns: 2)
    func number(_ value: Double) -> String { NumberText.short(value, 3) }
    func add(_ name: String, _ layers: String?, _ kernels: [Kernel], by limit: String?) {
      let seconds = kernels.reduce(0) { $0 + $1.seconds }
      let floor = kernels.reduce(0) { $0 + $1.floor }
      table.add([
        name, layers, "\(kernels.reduce(0) { $0 + $1.calls })", number(1000 * seconds),
        NumberText.percent(seconds / stepSeconds),
        number(Double(kernels.reduce(0) { $0 + $1.flops }) / 1e9),
        number(Double(kernels.reduce(0) { $0 + $1.bytes }) / 1e6), number(1000 * floor),
        NumberText.fixed(floor / max(seconds, 1e-12), 2), limit,
      ])
    }
    let (named, rest) = (
      kernels.filter { $0.seconds >= Self.least * stepSeconds },
      kernels.filter { $0.seconds < Self.least * stepSeconds }
    )
    for kernel in named {
      add(
        "\(kernel.name) \(kernel.shapes)", Self.words(kernel.layers), [kernel],
        by: kernel.limit.rawValue)
    }
    if !rest.isEmpty { add("\(rest.count) more", nil, rest, by: nil) }
    add("all kernels", nil, kernels, by: nil)
    return table
  }

  private static func words(_ layers: [String]) -> String? {
    guard let first = layers.first, let last = layers.last else { return nil }
    return layers.count == 1 ? first : "\(first) ... \(last)"
  }

  /// The table and what it says, for people.
  public var lines: [String] {
    table.text.split(separator: "\n").map(String.init) + [""] + sentences
  }

  /// What the numbers say.
  public var sentences: [String] {
    [
      "a step takes \(NumberText.seconds(stepSeconds)), its kernels \(NumberText.seconds(kernelSeconds)) of "
        + "it, and could not take less than \(NumberText.seconds(floor)): "
        + "\(NumberText.percent(floor / stepSeconds)) of the step",
      "the processor's limits, measured on one core: "
        + "\(NumberText.short(flopsPerSecond / 1e9, 3)) GFLOP/s (products of bfloat16: \(NumberText.short(narrowFlopsPerSecond / 1e9, 3))), "
        + "\(NumberText.short(bytesPerSecond / 1e9, 3)) GB/s",
    ]
  }

  /// The same for programs.
  public var json: JSON {
    [
      "name": .string(name), "seconds_per_step": .number(stepSeconds),
      "kernel_seconds": .number(kernelSeconds), "floor_seconds": .number(floor),
      "flops_per_second": .number(flopsPerSecond),
      "bfloat16_flops_per_second": .number(narrowFlopsPerSecond),
      "bytes_per_second": .number(bytesPerSecond),
      "kernels": .array(
        kernels.map {
          [
            "name": .string($0.name), "layers": .array($0.layers.map { .string($0) }),
            "shapes": .string($0.shapes), "calls": .integer($0.calls),
            "seconds": .number($0.seconds), "flops": .integer($0.flops),
            "bytes": .integer($0.bytes), "floor": .number($0.floor),
            "limit": .string($0.limit.rawValue),
          ]
        }),
    ]
  }
}
