/// Sets of few nodes as one word.
package enum NodeMask {
  /// The nodes of a mask, ascending.
  package static func nodes(of mask: Int) -> [Int] {
    var nodes: [Int] = []
    forEach(in: mask) { nodes.append($0) }
    return nodes
  }

  /// Hands over the nodes of a mask, ascending.
  @inline(__always)
  static func forEach(in mask: Int, _ body: (Int) -> Void) {
    var rest = mask
    while rest != 0 {
      body(rest.trailingZeroBitCount)
      rest &= rest - 1
    }
  }

  /// All sets such that, of each rule's node, what it needs is in them; ascending.
  static func closedSets(of nodes: Int, rules: [(node: Int, needed: Int)]) -> [Int] {
    var needed = Array(repeating: 0, count: nodes)
    for rule in rules { needed[rule.node] |= 1 << rule.needed }
    return (0..<1 << nodes).filter { set in
      var all = 0
      forEach(in: set) { all |= needed[$0] }
      return all & ~set == 0
    }
  }

  /// For every set of nodes the sum of a cost.
  static func sums(_ costs: [Double]) -> [Double] {
    var sums = [0.0]
    for cost in costs { sums += sums.map { $0 + cost } }
    return sums
  }
}
