internal import PartitaGraph
internal import PartitaPlan

extension PartitionUnits {
  /// Blocks of the order with equal numbers of nodes, as far as units allow.
  func blocks(parts: Int) -> [[Int]] {
    blocks(weighing: Array(repeating: 1, count: unitOfNode.count), parts: parts)
  }

  /// Blocks of the order of which the heaviest is lightest; `weights` are the nodes'.
  ///
  /// Complexity: O(parts · units²).
  func blocks(weighing weights: [Double], parts: Int) -> [[Int]] {
    let costs = order.map { unit in members[unit].reduce(0) { $0 + weights[$1] } }
    return blocks(order, cuts: BalancedSplit.cuts(costs, parts: parts))
  }

  /// Blocks of a random topological order, cut at random places.
  ///
  /// Of the units that may come next each is as likely as any other, and so is each set of cuts.
  func randomBlocks(parts: Int, seed: UInt64) -> [[Int]] {
    var draws = Draws(seed: seed)
    var missing = predecessors.map(\.count)
    var ready = missing.indices.filter { missing[$0] == 0 }
    var order: [Int] = []
    while !ready.isEmpty {
      ready.swapAt(draws.next(below: ready.count), ready.count - 1)
      let unit = ready.removeLast()
      order.append(unit)
      for reader in successors[unit] {
        missing[reader] -= 1
        if missing[reader] == 0 { ready.append(reader) }
      }
    }
    var places = Array(1..<count)
    for index in 0..<parts - 1 {
      places.swapAt(index, index + draws.next(below: places.count - index))
    }
    return blocks(order, cuts: places[..<(parts - 1)].sorted())
  }

  private func blocks(_ order: [Int], cuts: [Int]) -> [[Int]] {
    zip([0] + cuts, cuts + [order.count]).map { start, end in
      order[start..<end].flatMap { members[$0] }.sorted()
    }
  }

  /// Random numbers one after the other.
  private struct Draws {
    private let stream: RandomStream
    private var drawn: UInt32 = 0

    init(seed: UInt64) { stream = RandomStream(seed: seed, name: "partition") }

    /// The next one in `0..<bound`.
    mutating func next(below bound: Int) -> Int {
      let word = stream.block(drawn >> 2, sample: 0, step: 0)[Int(drawn & 3)]
      drawn += 1
      return RandomStream.integer(word, below: bound)
    }
  }
}
