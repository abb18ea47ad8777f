internal import PartitaKeys

/// What keeps a file from being a workload, or a plan from being made; says where, and what fits.
public enum WorkloadError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Two nodes have one name.
  case duplicateNode(String)
  /// The graph has a cycle.
  case cycle([String])
  /// Anything else in a file: where, and what.
  case invalid(place: String, problem: String)
  /// The request can't be met.
  case impossible(String)

  public var description: String {
    switch self {
    case .duplicateNode(let id):
      "two nodes are named '\(id.shortened())': every id stands for one node"
    case .cycle(let ids):
      "the graph has a cycle, and a network has none: "
        + (ids.count <= 12
          ? Self.path(ids[...])
          : Self.path(ids.prefix(11)) + " -> ... -> " + Self.path(ids.suffix(1)))
    case .invalid(let place, let problem):
      "\(place.shortened(to: 300)): \(problem.shortened(to: 900))"
    case .impossible(let problem): problem.shortened(to: 1200)
    }
  }

  private static func path(_ ids: ArraySlice<String>) -> String {
    ids.map { $0.shortened() }.joined(separator: " -> ")
  }
}
