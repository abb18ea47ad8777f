internal import CMETIS
public import PartitaPlanner
internal import Synchronization

/// The graph partitioner METIS: k-way, multilevel.
///
/// Source: Karypis and Kumar, "A fast and high quality multilevel scheme for partitioning irregular
/// graphs", SIAM Journal on Scientific Computing 20 (1), 1998; METIS manual 5.1, section 5.
public struct METISSplitter: GraphSplitter {
  /// A splitter with METIS's own options but the seed.
  public init() {}

  /// The library draws from the process's one random generator, and is kept from printing: calls
  /// take turns.
  private static let turn = Mutex(())

  /// Splits with METIS; parts of a graph that has fewer vertices stay empty.
  /// - Throws: `METISError` where the library refuses.
  public func split(
    vertexWeights: [Int], adjacency: [[(Int, Int)]], parts: Int, seed: Int
  ) throws -> [Int] {
    guard parts > 1, vertexWeights.count > 1 else {
      return Array(repeating: 0, count: vertexWeights.count)
    }
    // METIS counts on one vertex a part at least.
    guard parts < vertexWeights.count else { return Array(vertexWeights.indices) }
    var starts: [idx_t] = [0]
    var neighbours: [idx_t] = []
    var edgeWeights: [idx_t] = []
    for edges in adjacency {
      for (neighbour, weight) in edges {
        neighbours.append(idx_t(clamping: neighbour))
        edgeWeights.append(idx_t(clamping: weight))
      }
      starts.append(idx_t(clamping: neighbours.count))
    }
    var weights = vertexWeights.map { idx_t(clamping: $0) }
    var partOf = [idx_t](repeating: 0, count: weights.count)
    var options = [idx_t](repeating: 0, count: Int(METIS_NOPTIONS))
    METIS_SetDefaultOptions(&options)
    options[Int(METIS_OPTION_SEED.rawValue)] = idx_t(clamping: seed)
    var (vertices, constraints) = (idx_t(clamping: weights.count), idx_t(1))
    var (count, cut) = (idx_t(clamping: parts), idx_t(0))
    let status = Self.turn.withLock { _ in
      partita_metis_kway(
        &vertices, &constraints, &starts, &neighbours, &weights, &edgeWeights, &count, &options,
        &cut, &partOf)
    }
    guard status == METIS_OK.rawValue else { throw METISError(code: Int(status)) }
    return partOf.map(Int.init)
  }
}

/// METIS found no parts.
public struct METISError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What it returned.
  public let code: Int

  public var description: String {
    switch code {
    case Int(METIS_ERROR_INPUT.rawValue): "METIS refused the graph"
    case Int(METIS_ERROR_MEMORY.rawValue): "METIS ran out of memory"
    default: "METIS failed with code \(code)"
    }
  }
}
