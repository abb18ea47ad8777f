import PartitaMETIS
import PartitaPlanner
import PartitaWorkload
import Testing

/// METIS behind the protocol.
@Suite struct METISSplitterTests {
  /// Squares of four in a row, heavy edges inside, light ones between.
  private func squares(_ count: Int) -> [[(Int, Int)]] {
    (0..<4 * count).map { vertex in
      let base = vertex / 4 * 4
      var edges = (base..<base + 4).filter { $0 != vertex }.map { ($0, 1000) }
      if vertex % 4 == 3, vertex + 1 < 4 * count { edges.append((vertex + 1, 1)) }
      if vertex % 4 == 0, vertex > 0 { edges.append((vertex - 1, 1)) }
      return edges
    }
  }

  @Test(arguments: [2, 4]) func lightEdgesAreCut(parts: Int) throws {
    let split = try METISSplitter().split(
      vertexWeights: Array(repeating: 1, count: 4 * parts), adjacency: squares(parts),
      parts: parts, seed: 1)
    #expect(Set(split).count == parts)
    for square in 0..<parts {
      #expect(Set(split[4 * square..<4 * square + 4]).count == 1)
    }
  }

  /// The library's generator is the process's: calls at once must not disturb each other.
  @Test func equalSeedsGiveEqualParts() async throws {
    let weights = (0..<200).map { 1 + $0 % 7 }
    let adjacency = squares(50)
    @Sendable func split(_ seed: Int) throws -> [Int] {
      try METISSplitter().split(
        vertexWeights: weights, adjacency: adjacency, parts: 8, seed: seed)
    }
    let alone = try (0..<8).map(split)
    let together = try await withThrowingTaskGroup(of: (Int, [Int]).self) { group in
      for seed in 0..<8 { group.addTask { (seed, try split(seed)) } }
      return try await group.reduce(into: [Int: [Int]]()) { $0[$1.0] = $1.1 }
    }
    for seed in 0..<8 { #expect(together[seed] == alone[seed]) }
  }

  @Test func extremesAreParts() throws {
    let chain = [[(1, 1)], [(0, 1), (2, 1)], [(1, 1)]]
    let splitter = METISSplitter()
    #expect(
      try splitter.split(vertexWeights: [1, 1, 1], adjacency: chain, parts: 1, seed: 0)
        == [0, 0, 0])
    let many = try splitter.split(
      vertexWeights: [1, 1, 1], adjacency: chain, parts: 9, seed: 0)
    #expect(Set(many).count == 3 && many.allSatisfy { $0 < 9 })
    #expect(try splitter.split(vertexWeights: [], adjacency: [], parts: 2, seed: 0) == [])
  }

  /// The whole way on a workload: the same plan for the same seed.
  @Test func plansAreReproducible() throws {
    let graph = try WorkloadGraph(
      ids: (0..<40).map { "n\($0)" },
      edges: (0..<38).flatMap {
        [WorkloadGraph.Edge(from: $0, to: $0 + 1), WorkloadGraph.Edge(from: $0, to: $0 + 2)]
      })
    let workload = Workload(
      name: "ladder", graph: graph,
      costs: .pipedream(
        PipedreamCosts(
          seconds: (0..<40).map { Double(1 + $0 % 5) },
          activationBytes: Array(repeating: 1e6, count: 40),
          parameterBytes: Array(repeating: 0, count: 40))))
    let plans = try (0..<2).map { _ in
      try PartitionBaseline(.metis, seed: 5, splitter: METISSplitter()).plan(
        workload, PartitionRequest(devices: 4))
    }
    #expect(plans[0] == plans[1] && plans[0].partition.parts.count > 1)
  }
}
