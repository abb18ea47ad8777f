internal import PartitaWorkload

/// Walks through all predecessor-closed sets whose cut a border can afford, each once: group after
/// group is put in or left out, each after those that it needs.
///
/// A group that is left out and reads something that is in cuts it whatever follows, so that a
/// prefix that is too dear is left early.
struct PrefixWalk {
  /// What a border can afford: `2 * cut / bytesPerSecond < threshold`.
  struct Limit {
    let activationBytes: [Double]
    let bytesPerSecond: Double
    let threshold: Double
  }

  private let groups: NodeGroups
  private let limit: Limit?
  /// For each group the nodes outside of it that it reads.
  private let sources: [[Int]]
  private let nodes: Int

  private var isIn: [Bool]
  private var entered = 0
  private var prefix: [UInt64]
  /// How many groups that are left out read each node.
  private var readersOutside: [Int]
  /// The bytes that are cut for sure once so many groups are decided.
  private var cut: [Double]

  init(_ groups: NodeGroups, of graph: WorkloadGraph, limit: Limit?) {
    self.groups = groups
    self.limit = limit
    nodes = graph.count
    sources = groups.members.map { members in
      Set(members.flatMap { graph.predecessors[$0] }).subtracting(members).sorted()
    }
    isIn = Array(repeating: false, count: groups.members.count)
    prefix = NodeSets(nodes: nodes).empty
    readersOutside = Array(repeating: 0, count: nodes)
    cut = Array(repeating: 0, count: groups.members.count + 1)
  }

  /// All such prefixes in canonical order, the empty and the whole set among them; nil if they are
  /// more than `most`, or take too long to count.
  mutating func prefixes(most: Int) -> NodeSets? {
    let last = groups.members.count
    var found = NodeSets(nodes: nodes)
    found.append(prefix)
    var depth = 0
    var goesDeeper = true
    for _ in 0..<PartitionChecker.mostSteps {
      if goesDeeper, depth < last {
        let canEnter = groups.needed[depth].allSatisfy { isIn[$0] }
        if canEnter { enter(depth) } else { goesDeeper = leaveOut(depth) }
        if goesDeeper { depth += 1 }
        continue
      }
      if goesDeeper, entered == last || (entered > 0 && canAfford(cut[last])) {
        guard found.count < most else { return nil }
        found.append(prefix)
      }
      guard depth > 0 else { return found.sortedCanonically() }
      depth -= 1
      if isIn[depth] {
        undoEnter(depth)
        goesDeeper = leaveOut(depth)
        if goesDeeper { depth += 1 }
      } else {
        undoLeaveOut(depth)
        goesDeeper = false
      }
    }
    return nil
  }

  private func canAfford(_ cut: Double) -> Bool {
    guard let limit else { return true }
    return 2 * cut / limit.bytesPerSecond < limit.threshold
  }

  private mutating func enter(_ group: Int) {
    isIn[group] = true
    entered += 1
    for node in groups.members[group] { NodeSets.insert(node, into: &prefix) }
    cut[group + 1] = cut[group]
  }

  private mutating func undoEnter(_ group: Int) {
    isIn[group] = false
    entered -= 1
    for node in groups.members[group] { NodeSets.remove(node, from: &prefix) }
  }

  /// False, and nothing has changed, if no border can afford this.
  private mutating func leaveOut(_ group: Int) -> Bool {
    guard let limit else { return true }
    var bytes = cut[group]
    for node in sources[group] where NodeSets.contains(node, in: prefix) {
      if readersOutside[node] == 0 { bytes += limit.activationBytes[node] }
      readersOutside[node] += 1
    }
    cut[group + 1] = bytes
    // The empty prefix is a border at any price; it cuts nothing.
    if bytes == 0 || canAfford(bytes) { return true }
    undoLeaveOut(group)
    return false
  }

  private mutating func undoLeaveOut(_ group: Int) {
    guard limit != nil else { return }
    for node in sources[group] where NodeSets.contains(node, in: prefix) {
      readersOutside[node] -= 1
    }
  }
}
