/// What one kernel of a list does.
public struct KernelWork: Hashable, Sendable {
  /// A matrix product: `m` x `k` by `k` x `n`.
  public struct Product: Hashable, Sendable {
    /// Rows and columns of the result, and the extent that is summed over.
    public let m, n, k: Int
    /// Whether its factors are bfloat16.
    public let isNarrow: Bool

    /// A product of these extents.
    public init(m: Int, n: Int, k: Int, isNarrow: Bool = false) {
      self.m = m
      self.n = n
      self.k = k
      self.isNarrow = isNarrow
    }
  }

  /// The operators that it performs, as "linear+relu".
  public let name: String
  /// The layer that they belong to; nil where they belong to none, or to several.
  public let layer: String?
  /// The shapes of operands and results, for people.
  public let shapes: String
  /// Floating-point operations.
  public let flops: Int
  /// Bytes of what it reads and writes, each value once.
  public let bytes: Int
  /// Whether they are products of bfloat16.
  public let isNarrow: Bool
  /// The product that it is, where it is one.
  public let product: Product?
}

/// Counts the seconds of kernels, one by one: every step that it is told to end is a row.
///
/// Reading the clock costs some 50 ns a kernel, so what it says of a whole step is a little too much.
public final class KernelClock {
  /// What a kernel took.
  public struct Row: Sendable {
    /// What it does.
    public let work: KernelWork
    /// How often it ran in a step, and its seconds in each.
    public let calls: Int
    public let seconds: [Double]
  }

  private final class List {
    let works: [KernelWork]
    var seconds: [Double]
    var calls: [Int]
    var steps: [[Double]]

    init(_ works: [KernelWork]) {
      self.works = works
      seconds = works.map { _ in 0 }
      calls = works.map { _ in 0 }
      steps = works.map { _ in [] }
    }
  }

  private var lists: [ObjectIdentifier: List] = [:]
  private var order: [ObjectIdentifier] = []

  /// Nothing is counted yet.
  public init() {}

  /// Adds what a kernel of a list took.
  func add(_ seconds: Double, kernel: Int, of list: CPUDevice.Executable) {
    let key = ObjectIdentifier(list)
    if lists[key] == nil {
      lists[key] = List(list.works)
      order.append(key)
    }
    lists[key]?.seconds[kernel] += seconds
    lists[key]?.calls[kernel] += 1
  }

  /// Ends a step.
  ///
  /// - Parameter counts: whether the step is kept; those before the first that is are forgotten.
  public func endStep(counts: Bool = true) {
    for list in lists.values {
      for kernel in list.works.indices {
        if counts { list.steps[kernel].append(list.seconds[kernel]) }
        list.seconds[kernel] = 0
        if !counts { list.calls[kernel] = 0 }
      }
    }
  }

  /// What all kernels took, in the order of their lists' first calls.
  public var rows: [Row] {
    order.compactMap { lists[$0] }.flatMap { list in
      list.works.indices.compactMap { kernel -> Row? in
        let steps = list.steps[kernel]
        guard !steps.isEmpty, list.calls[kernel] > 0 else { return nil }
        return Row(
          work: list.works[kernel], calls: list.calls[kernel] / steps.count, seconds: steps)
      }
    }
  }
}
