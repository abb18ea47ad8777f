import PartitaChecker
import PartitaWorkload
import PlanningOracles
import Testing

/// What the checker says of what is wrong, word for word.
@Suite struct PartitionCheckerWordsTests {
  /// Four layers of 1, 2, 3 and 2 seconds in a row on two devices: 3 | 5 would be best without
  /// weights, and one stage twice is better, 4 seconds.
  private static let request = PartitionRequest(devices: 2, bandwidth: 1)

  private func chain() throws -> Workload {
    let graph = try WorkloadGraph(
      ids: ["a", "b", "c", "d"], edges: (0..<3).map { .init(from: $0, to: $0 + 1) })
    return Workload(
      name: "chain", graph: graph,
      costs: .pipedream(
        .init(
          seconds: [1, 2, 3, 2], activationBytes: [0, 0, 0, 0], parameterBytes: [0, 0, 0, 0])))
  }

  private func words(
    _ change: (inout PartitionResult) -> Void, request: PartitionRequest = Self.request
  ) throws -> String {
    let workload = try chain()
    var result = try #require(BruteForce(workload, Self.request).result())
    #expect(result.value == 4)
    change(&result)
    do {
      try PartitionChecker.check(result, of: workload, under: request)
      return "accepted"
    } catch { return error.description }
  }

  @Test func ofThePartition() throws {
    #expect(try words { _ in } == "accepted")
    #expect(
      try words { $0.partition = Partition([.init(nodes: [0, 1, 3]), .init(nodes: [2])]) }
        == "stage 0: 'd' reads 'c' of stage 1, which comes later")
    #expect(
      try words { $0.partition = Partition([.init(nodes: [0, 1, 2])]) }
        == "partition: node 'd' is in no stage")
    #expect(
      try words { $0.partition.parts[0].replicas = 3 } == "stage 0: it has 3 replicas of 1 to 2")
    #expect(
      try words { $0.partition = Partition([.init(nodes: [0, 1, 2]), .init(nodes: [2, 3])]) }
        == "stage 1: node 'c' is in stage 0 already")
  }

  @Test func ofTheNumbers() throws {
    #expect(try words { $0.value = 3.5 } == "value: it says 3.5, but stage 0 takes 4.0")
    #expect(
      try words { $0.lowerBound = 3 }
        == "lower bound: it says 3.0, but the certificate is about 3.999999996")
    #expect(
      try words { $0.partitionClass = .any } == "class: it is 'any', the request's is 'contiguous'")
    #expect(
      try words {
        $0.lowerBound = 5
        $0.certificate = $0.certificate.moved(to: 5)
      }
        == "lower bound: 5.0 is above the value 4.0")
  }

  @Test func ofTheCertificate() throws {
    #expect(
      try words { $0.changeNeeds { $0[1] = [] } }
        == "certificate: the needs behind prefix 1 are too high: a stage up to prefix 4 on at most "
        + "2 replicas is below the threshold")
    #expect(
      try words { $0.changeNeeds { $0[2] = [.init(devices: 3, others: 3)] } }
        == "certificate: the needs behind prefix 2 go beyond what there is")
    #expect(
      try words { $0.changeNeeds { $0.removeLast() } }
        == "certificate: it lists 4 prefixes, but there are more, or too many to count")
    #expect(
      try words { $0.changeNeeds { $0[0] = [.init(devices: 2, others: 2)] } }
        == "certificate: the needs behind the empty prefix can be met, so that it proves nothing")
    #expect(
      try words { $0.certificate = .enumeration(threshold: $0.lowerBound) }
        == "certificate: pipelines are proved by labels, not by trying")
  }
}

extension PartitionResult {
  fileprivate mutating func changeNeeds(_ change: (inout [[PartitionCertificate.Need]]) -> Void) {
    guard case .labels(let threshold, var needs) = certificate else { return }
    change(&needs)
    certificate = .labels(threshold: threshold, needs: needs)
  }
}
