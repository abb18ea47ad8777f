/// Nodes and edges by name, as files have them, on the way to a graph.
struct NamedGraph {
  /// The names of the nodes, in file order.
  private(set) var ids: [String] = []
  private var numbers: [String: Int] = [:]
  private var edges: [NamedEdge] = []

  private struct NamedEdge {
    let from, to: String
    let bytes: Double
    let place: String
  }

  /// The most nodes of a workload: what lists of nodes and edges, and text of them, can be made of
  /// in seconds.
  static let mostNodes = 300_000

  /// Adds a node; throws where another one has its name, and where there are too many.
  mutating func add(node id: String) throws(WorkloadError) {
    guard ids.count < Self.mostNodes else {
      throw .invalid(
        place: "the file",
        problem: "it has more than \(Self.mostNodes) nodes: so many take too long to plan")
    }
    guard numbers.updateValue(ids.count, forKey: id) == nil else { throw .duplicateNode(id) }
    ids.append(id)
  }

  /// Adds an edge, whose nodes may follow.
  mutating func add(edgeFrom from: String, to: String, bytes: Double, place: String) {
    edges.append(NamedEdge(from: from, to: to, bytes: bytes, place: place))
  }

  /// The number of a node; throws where there is none.
  func number(of id: String, place: String) throws(WorkloadError) -> Int {
    guard let number = numbers[id] else {
      throw .invalid(place: place, problem: "there is no node '\(id)'")
    }
    return number
  }

  /// The edges between numbers, in file order.
  /// - Throws: `WorkloadError` for an edge that leads to nowhere.
  func numberedEdges() throws(WorkloadError) -> [WorkloadGraph.Edge] {
    var numbered: [WorkloadGraph.Edge] = []
    numbered.reserveCapacity(edges.count)
    for edge in edges {
      let place = "\(edge.place), '\(edge.from)' to '\(edge.to)'"
      numbered.append(
        WorkloadGraph.Edge(
          from: try number(of: edge.from, place: place), to: try number(of: edge.to, place: place),
          bytes: edge.bytes))
    }
    return numbered
  }

  /// The graph of all nodes.
  /// - Throws: `WorkloadError` for no node at all, an edge to nowhere, and a cycle.
  func graph() throws(WorkloadError) -> WorkloadGraph {
    guard !ids.isEmpty else { throw Self.empty }
    return try WorkloadGraph(ids: ids, edges: numberedEdges())
  }

  /// What is said of a file without nodes.
  static let empty = WorkloadError.invalid(
    place: "the file", problem: "it has no nodes: there is nothing to plan")
}

extension NamedGraph {
  /// Reads the neutral form's edges, `[from, to, bytes]`.
  /// - Parameter needsBytes: whether an edge without bytes is refused.
  mutating func readEdges<Key: CodingKey>(
    _ key: Key, of file: KeyedDecodingContainer<Key>, needsBytes: Bool
  ) throws {
    guard file.has(key) else {
      throw WorkloadError.invalid(
        place: "the file", problem: "it has no \(key.stringValue): is it complete?")
    }
    var list = try file.nestedUnkeyedContainer(forKey: key)
    while !list.isAtEnd {
      let place = "\(key.stringValue)[\(list.currentIndex)]"
      var edge = try list.nestedUnkeyedContainer()
      guard let from = edge.label(), let to = edge.label() else {
        throw WorkloadError.invalid(place: place, problem: "expected [from, to, bytes]")
      }
      let isNull = edge.isAtEnd ? true : try edge.decodeNil()
      let bytes = isNull ? nil : try? edge.decode(Double.self)
      guard bytes.map({ $0.isFinite && $0 >= 0 }) ?? (isNull && !needsBytes) else {
        throw WorkloadError.invalid(
          place: "\(place), '\(from)' to '\(to)'",
          problem: "its bytes are \(bytes.map { "\($0)" } ?? "missing"), expected a finite number "
            + "of at least 0")
      }
      add(edgeFrom: from, to: to, bytes: bytes ?? 0, place: place)
    }
  }
}

extension UnkeyedDecodingContainer {
  /// A name, which may be a whole number.
  fileprivate mutating func label() -> String? {
    (try? decode(String.self)) ?? (try? decode(Int.self)).map { "\($0)" }
  }
}
