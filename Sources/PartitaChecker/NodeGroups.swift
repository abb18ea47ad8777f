/// Nodes that every border leaves together, in an order in which each group follows all that it
/// needs.
struct NodeGroups {
  /// One reason for a node's side: if `node` is in a prefix, so is `needed`.
  struct Rule {
    let node, needed: Int
  }

  /// The nodes of each group, ascending.
  let members: [[Int]]
  /// The groups that each group needs; all of them come before it.
  let needed: [[Int]]

  /// The strongly connected components of the rules, by two depth-first walks (Kosaraju's way).
  ///
  /// Depth first makes long branches stay together, so that a prefix costs its cut early on.
  init(nodes: Int, rules: [Rule]) {
    var needs = Array(repeating: [Int](), count: nodes)
    var neededBy = needs
    for rule in rules {
      needs[rule.node].append(rule.needed)
      neededBy[rule.needed].append(rule.node)
    }
    // Of two components the one that the other needs is finished last.
    let finished = Self.walk(Array((0..<nodes).reversed()), along: neededBy).joined()
    let components = Self.walk(finished.reversed(), along: needs)
    var group = Array(repeating: -1, count: nodes)
    for (index, nodes) in components.enumerated() {
      for node in nodes { group[node] = index }
    }
    members = components.map { $0.sorted() }
    needed = components.indices.map { index in
      Set(components[index].flatMap { needs[$0] }.map { group[$0] })
        .subtracting([index]).sorted()
    }
  }

  /// Depth-first trees from the roots in turn, each with its nodes in the order that they finish.
  private static func walk(_ roots: [Int], along edges: [[Int]]) -> [[Int]] {
    var isSeen = Array(repeating: false, count: edges.count)
    var next = Array(repeating: 0, count: edges.count)
    var trees: [[Int]] = []
    for root in roots where !isSeen[root] {
      isSeen[root] = true
      var path = [root]
      var tree: [Int] = []
      while let node = path.last {
        if next[node] < edges[node].count {
          let child = edges[node][next[node]]
          next[node] += 1
          if !isSeen[child] {
            isSeen[child] = true
            path.append(child)
          }
        } else {
          tree.append(node)
          path.removeLast()
        }
      }
      trees.append(tree)
    }
    return trees
  }
}
