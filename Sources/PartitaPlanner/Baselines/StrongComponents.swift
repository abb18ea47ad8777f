/// The strongly connected components of a graph: those that reach each other.
enum StrongComponents {
  /// The component of each vertex, numbered such that every edge between two components leads to the
  /// higher number.
  ///
  /// Kosaraju's algorithm as Sharir published it (1981), without recursion: a search forward notes
  /// vertices as they are left, a search backward from the last of them gathers the components.
  /// Complexity: O(vertices + edges).
  static func find(_ successors: [[Int]]) -> [Int] {
    var left: [Int] = []
    search(successors, from: successors.indices, leave: { left.append($0) }, root: { _ in })
    var predecessors = Array(repeating: [Int](), count: successors.count)
    for (vertex, readers) in successors.enumerated() {
      for reader in readers { predecessors[reader].append(vertex) }
    }
    var component = Array(repeating: 0, count: successors.count)
    var current = -1
    search(
      predecessors, from: left.reversed(), leave: { component[$0] = current },
      root: { _ in current += 1 })
    return component
  }

  /// A depth-first search; tells of each vertex that begins a tree, and of each that it leaves.
  private static func search(
    _ neighbours: [[Int]], from order: some Sequence<Int>, leave: (Int) -> Void,
    root: (Int) -> Void
  ) {
    var isSeen = Array(repeating: false, count: neighbours.count)
    for start in order where !isSeen[start] {
      root(start)
      isSeen[start] = true
      var path = [(vertex: start, next: 0)]
      while let (vertex, next) = path.last {
        guard next < neighbours[vertex].count else {
          leave(vertex)
          path.removeLast()
          continue
        }
        path[path.count - 1].next += 1
        let neighbour = neighbours[vertex][next]
        if !isSeen[neighbour] {
          isSeen[neighbour] = true
          path.append((neighbour, 0))
        }
      }
    }
  }
}
