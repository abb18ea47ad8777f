/// The column of each node: a step right of all that it reads.
///
/// A section starts two columns right of the section before it, so a border fits between. What reads
/// nothing stands close to its first reader.
struct DiagramColumns {
  /// For each node its column, from 0 on.
  private(set) var columns: [Int]
  /// For each section the first column that nodes of it may stand in.
  private(set) var floors: [Int: Int] = [:]

  /// Places nodes.
  ///
  /// Complexity: O(nodes + arrows + nodes · log nodes).
  init(_ diagram: Diagram) {
    let nodes = diagram.nodes
    var inputs = Array(repeating: [Int](), count: nodes.count)
    var readers = inputs
    for arrow in diagram.arrows {
      precondition(arrow.from < arrow.to, "an arrow leads to a later node")
      inputs[arrow.to].append(arrow.from)
      readers[arrow.from].append(arrow.to)
    }
    columns = Array(repeating: 0, count: nodes.count)
    let inSections = nodes.indices.filter { nodes[$0].section != nil }
    let ordered = inSections.sorted { (nodes[$0].section ?? 0, $0) < (nodes[$1].section ?? 0, $1) }
    var (furthest, section) = (-2, Int.min)
    for node in ordered {
      let own = nodes[node].section ?? 0
      if own != section {
        section = own
        floors[own] = furthest + 2
      }
      guard !inputs[node].isEmpty else { continue }
      let behind = inputs[node].map { inputs[$0].isEmpty ? 0 : columns[$0] }.max() ?? 0
      columns[node] = max(floors[own, default: 0] + 1, behind + 1)
      furthest = max(furthest, columns[node])
    }
    for node in nodes.indices where inputs[node].isEmpty {
      let near = readers[node].filter { nodes[$0].section != nil }.map { columns[$0] }.min()
      columns[node] = max(0, (near ?? 1) - 1)
    }
    for node in nodes.indices where nodes[node].section == nil && !inputs[node].isEmpty {
      columns[node] = (inputs[node].map { columns[$0] }.max() ?? 0) + 1
    }
    pullRight(nodes, inputs, readers)
  }

  /// Moves what no section holds, and nothing but its like leads to, close to its readers.
  private mutating func pullRight(
    _ nodes: [Diagram.Node], _ inputs: [[Int]], _ readers: [[Int]]
  ) {
    var isFree = Array(repeating: false, count: nodes.count)
    for node in nodes.indices {
      isFree[node] = nodes[node].section == nil && inputs[node].allSatisfy { isFree[$0] }
    }
    for node in nodes.indices.reversed() where isFree[node] {
      guard let near = readers[node].map({ columns[$0] }).min() else { continue }
      columns[node] = max(columns[node], near - 1)
    }
  }
}
