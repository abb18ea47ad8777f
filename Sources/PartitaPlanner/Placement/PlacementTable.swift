internal import PartitaWorkload

/// The chain search's view of device placement: contiguous parts, each on an accelerator or a CPU.
///
/// Needs are accelerators and CPUs. An output is on the links of each part that has some but not all
/// of those that make and read it: an output crosses a part's border once, in or out.
struct PlacementTable: ChainTable {
  let model: PlacementModel
  let pool: PrefixPool
  let work: [Double]
  let limits: PartitionCertificate.Need
  let looksOfWays: Int
  /// Before each prefix: milliseconds on an accelerator and a CPU, bytes, nodes for CPUs only.
  private let accelerator, cpu, memory: [Double]
  private let cpuOnly: [Int]
  /// Milliseconds of each output that moving takes time, and how many nodes make or read it.
  private let transfers: [Double]
  private let pins: [Int32]
  /// How many of them each prefix has: `pinsBefore[row * transfers.count + output]`.
  private let pinsBefore: [Int32]
  private let memo: LoadMemo

  /// Milliseconds of each pair of prefixes on an accelerator; a pair is looked at for many thresholds.
  private final class LoadMemo {
    var loads: [Double]
    init(_ count: Int) { loads = Array(repeating: -1, count: count) }
  }

  /// Sorts prefixes by the least time of their nodes. Complexity: O(prefixes · (nodes + edges)).
  init(_ model: PlacementModel, _ prefixes: PrefixPool) {
    self.model = model
    let costs = model.costs
    let rows = (0..<prefixes.count).map { row -> Row in
      var sums = Row(row: row)
      prefixes.forEachNode(of: row) { node in
        let milliseconds = costs.acceleratorMilliseconds[node]
        sums.work += model.leastMilliseconds(node)
        sums.size += 1
        sums.cpu += costs.cpuMilliseconds[node]
        sums.memory += costs.memoryBytes[node]
        if milliseconds == .infinity { sums.cpuOnly += 1 } else { sums.accelerator += milliseconds }
      }
      return sums
    }.sorted { ($0.work, $0.size, $0.row) < ($1.work, $1.size, $1.row) }
    pool = prefixes.picking(rows.map(\.row))
    work = rows.map(\.work)
    accelerator = rows.map(\.accelerator)
    cpu = rows.map(\.cpu)
    memory = rows.map(\.memory)
    cpuOnly = rows.map(\.cpuOnly)
    limits = .init(devices: model.deviceLimit, others: costs.cpus)
    let outputs = Self.splitOutputs(model, pool)
    transfers = outputs.map { costs.transferMilliseconds[$0.node] }
    pins = outputs.map { Int32(model.graph.successors[$0.node].count + 1) }
    pinsBefore = (0..<pool.count).flatMap { row in outputs.map { $0.before[row] } }
    looksOfWays = 1 + outputs.count / 4
    memo = LoadMemo(pool.count * pool.count)
  }

  /// The outputs that moving takes time and that some of the prefixes part from a reader, with the
  /// number of nodes before each prefix that make or read it.
  private static func splitOutputs(
    _ model: PlacementModel, _ pool: PrefixPool
  ) -> [(node: Int, before: [Int32])] {
    var outputs: [(node: Int, before: [Int32])] = []
    var before = Array(repeating: Int32(0), count: pool.count)
    for (node, readers) in model.graph.successors.enumerated()
    where !readers.isEmpty && model.costs.transferMilliseconds[node] > 0 {
      var isSplit = false
      for row in 0..<pool.count {
        var count: Int32 = pool.contains(row, node) ? 1 : 0
        for reader in readers where pool.contains(row, reader) { count += 1 }
        before[row] = count
        if count > 0, count <= readers.count { isSplit = true }
      }
      if isSplit { outputs.append((node, before)) }
    }
    return outputs
  }

  private struct Row {
    let row: Int
    var work = 0.0
    var size = 0
    var accelerator = 0.0
    var cpu = 0.0
    var memory = 0.0
    var cpuOnly = 0
  }

  func leastDevices(work: Double, below threshold: Double) -> Int {
    guard work < threshold * (1 + 1e-12) else { return Int(Int32.max) }
    return limits.others > 0 ? 0 : 1
  }

  func leastOthers(devices: Int) -> Int { 0 }

  func isBorder(_ row: Int, below threshold: Double) -> Bool { true }

  func ways(
    from row: Int, to next: Int, below threshold: Double, behind: PartitionCertificate.Need,
    _ body: (StageWay) -> Void
  ) {
    if behind.others < limits.others, cpu[next] - cpu[row] < threshold {
      body(StageWay(need: .init(devices: 0, others: 1), code: 1))
    }
    guard behind.devices < limits.devices, cpuOnly[next] == cpuOnly[row],
      accelerator[next] - accelerator[row] < threshold,
      memory[next] - memory[row] <= model.memory, load(from: row, to: next) < threshold
    else { return }
    body(StageWay(need: .init(devices: 1, others: 0), code: 0))
  }

  /// Milliseconds of an accelerator that holds what is between two prefixes.
  private func load(from row: Int, to next: Int) -> Double {
    let place = row * pool.count + next
    if memo.loads[place] >= 0 { return memo.loads[place] }
    var load = accelerator[next] - accelerator[row]
    let (first, last) = (row * transfers.count, next * transfers.count)
    for output in transfers.indices {
      let inside = pinsBefore[last + output] - pinsBefore[first + output]
      if inside > 0, inside < pins[output] { load += transfers[output] }
    }
    memo.loads[place] = load
    return load
  }

  func part(
    from row: Int, to next: Int, _ way: StageWay, behind: PartitionCertificate.Need
  ) -> Partition.Part {
    Partition.Part(
      nodes: pool.nodes(of: next, without: row), deviceKind: way.code == 1 ? .cpu : .accelerator)
  }
}

extension PlacementModel {
  /// The least time of a node, on whatever device there is.
  func leastMilliseconds(_ node: Int) -> Double {
    let onAccelerator = deviceLimit > 0 ? costs.acceleratorMilliseconds[node] : .infinity
    return costs.cpus > 0 ? min(onAccelerator, costs.cpuMilliseconds[node]) : onAccelerator
  }
}
