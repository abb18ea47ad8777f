internal import PartitaGraph
internal import PartitaWorkload

/// A partitioner of undirected graphs: equal weights of vertices, few weights of edges cut.
public protocol GraphSplitter: Sendable {
  /// The part of each vertex, in `0..<parts`; a part may stay empty.
  ///
  /// - Parameters:
  ///   - vertexWeights: at least 1 each.
  ///   - adjacency: each vertex's neighbours with the weights of the edges to them, at least 1 each;
  ///     every edge stands with both its vertices.
  ///   - parts: how many, at least 1.
  ///   - seed: what it draws from; equal arguments give equal parts.
  /// - Throws: an error of the library's own where it gives up.
  func split(
    vertexWeights: [Int], adjacency: [[(Int, Int)]], parts: Int, seed: Int
  ) throws -> [Int]
}

extension PartitionBaseline {
  /// Parts by a graph partitioner that knows nothing of directions, and then put in an order.
  ///
  /// Parts that read each other in a circle can't be stages. The better of three repairs is taken:
  /// circles are merged; or every node moves to the latest part that it depends on; or to the
  /// earliest that depends on it, parts in order of their nodes' mean place.
  static func graphCut(
    _ workload: Workload, _ request: PartitionRequest, _ units: PartitionUnits,
    _ weights: NodeWeights, _ way: UniformWay, parts: Int, seed: UInt64,
    _ splitter: any GraphSplitter
  ) throws(WorkloadError) -> Cut {
    guard parts > 1 else { return Cut([Array(workload.graph.ids.indices)]) }
    let split: [Int]
    do {
      split = try splitter.split(
        vertexWeights: integers(
          units.members.map { nodes in nodes.reduce(0) { $0 + weights.time[$1] } }),
        adjacency: adjacency(workload.graph, units, weights.traffic), parts: parts,
        seed: Int(truncatingIfNeeded: seed & 0x7fff_ffff))
    } catch {
      throw .impossible("the graph partitioner gave up: \(error)")
    }
    let given = Quotient(units, partOfUnit: split)
    let claimed = apartValue(workload, request, way.partition(given.blocks))
    guard request.partitionClass(of: workload) == .contiguous, !given.isChain else {
      return Cut(given.blocks, claimedValue: claimed)
    }
    let model = workload.model(request)
    var best: (value: Double, blocks: [[Int]])?
    var problem: WorkloadError?
    for repaired in [given.merged, given.sweptForward, given.sweptBackward] {
      do {
        let value = try model.value(of: way.partition(repaired.blocks))
        if value < best?.value ?? .infinity { best = (value, repaired.blocks) }
      } catch {
        problem = problem ?? error
      }
    }
    guard let best else { throw problem ?? .impossible("its parts can't be put in an order") }
    return Cut(
      best.blocks, claimedValue: claimed,
      remark: "parts that read each other in a circle, put in an order")
  }

  /// Weights as integers that add up to about ten million, none below 1: what a partitioner with
  /// integers of 32 bits can add up.
  private static func integers(_ weights: [Double]) -> [Int] {
    let total = weights.reduce(0, +)
    return weights.map { total > 0 ? max(1, Int(clamping: (1e7 * ($0 / total)).rounded())) : 1 }
  }

  private static func adjacency(
    _ graph: WorkloadGraph, _ units: PartitionUnits, _ traffic: [Double]
  ) -> [[(Int, Int)]] {
    var weights: [[Int]: Double] = [:]
    for (index, edge) in graph.edges.enumerated() {
      let ends = [units.unitOfNode[edge.from], units.unitOfNode[edge.to]].sorted()
      guard ends[0] != ends[1] else { continue }
      weights[ends, default: 0] += traffic[index]
    }
    let ends = weights.keys.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }
    var adjacency = Array(repeating: [(Int, Int)](), count: units.count)
    for (pair, weight) in zip(ends, integers(ends.map { weights[$0] ?? 0 })) {
      adjacency[pair[0]].append((pair[1], weight))
      adjacency[pair[1]].append((pair[0], weight))
    }
    return adjacency
  }
}
