import Foundation
import PartitaWorkload
import Testing

/// A plan's names lead back to the same partition, and to no other.
@Suite struct PartitionDocumentTests {
  static func workload() throws -> Workload {
    Workload(
      name: "chain",
      graph: try WorkloadGraph(ids: ["a", "b", "c"], edges: [.init(from: 0, to: 2)]),
      costs: .pipedream(
        PipedreamCosts(
          seconds: [1, 2, 3], activationBytes: [0, 0, 0], parameterBytes: [0, 0, 0])))
  }

  static let stages = """
    [{"nodes":["a","b"],"replicas":2},{"nodes":["c"],"variants":{"c":"activation recomp"}}]
    """

  static func plan(
    stages: String = stages, certificate: String = #"{"kind":"enumeration","threshold":3}"#
  ) -> String {
    """
    {"format":"partita-plan","version":1,"workload":"chain",
    "input_sha256":"\(String(repeating: "0f", count: 32))","family":"pipedream","value":4,
    "lower_bound":3,"gap":0.25,"optimal":false,"class":"contiguous","method":"optimal",
    "planning_seconds":0.5,"request":{"devices":3,"bandwidth":1e9,"straight":false,
    "contiguous":true},"certificate":\(certificate),"stages":\(stages)}
    """
  }

  static func read(_ text: String) throws -> PartitionDocument {
    try JSONDecoder().decode(PartitionDocument.self, from: Data(text.utf8))
  }

  @Test func namesBecomeNumbers() throws {
    let document = try Self.read(Self.plan())
    let result = try document.result(for: Self.workload())
    #expect(
      result.partition
        == Partition([
          .init(nodes: [0, 1], replicas: 2),
          .init(nodes: [2], variants: [2: "activation recomp"]),
        ]))
    #expect(
      document.request == PartitionRequest(devices: 3, bandwidth: 1e9, isContiguous: true))
    #expect(result.certificate == .enumeration(threshold: 3) && result.gap == 0.25)
    let again = PartitionDocument(
      result, of: try Self.workload(), inputSHA256: document.inputSHA256,
      request: document.request, method: .optimal, planningSeconds: 0.5)
    #expect(again == document)
  }

  @Test(arguments: [
    (#"{"kind":"labels","threshold":2,"needs":[3,-1,0]}"#, [[(3, 3)], [], [(0, 0)]]),
    (
      #"{"kind":"labels","threshold":2,"needs":[[4,1,3,2],[],[0,0]]}"#,
      [[(4, 1), (3, 2)], [], [(0, 0)]]
    ),
  ]) func labels(_ text: String, needs: [[(Int, Int)]]) throws {
    #expect(
      try Self.read(Self.plan(certificate: text)).certificate
        == .labels(
          threshold: 2, needs: needs.map { $0.map { .init(devices: $0.0, others: $0.1) } }))
  }

  @Test(arguments: [
    ("[{\"nodes\":[\"a\",\"b\",\"d\"]}]", "stages[0].nodes[2]: 'chain' has no node 'd'"),
    (
      "[{\"nodes\":[\"a\",\"b\"]},{\"nodes\":[\"c\",\"b\"]}]",
      "stages[1].nodes[1]: node 'b' is in stages[0] already"
    ),
    ("[{\"nodes\":[\"a\",\"b\"]}]", "stages: node 'c' is in none of them"),
    (
      "[{\"nodes\":[\"a\",\"b\"],\"variants\":{\"c\":\"x\"}},{\"nodes\":[\"c\"]}]",
      "stages[0].variants: node 'c' is not in this stage"
    ),
  ]) func otherNodes(_ stages: String, words: String) throws {
    let document = try Self.read(Self.plan(stages: stages))
    let error = #expect(throws: WorkloadError.self) { try document.result(for: Self.workload()) }
    #expect(error?.description == words)
  }

  @Test(arguments: [
    ("\"version\":1", "\"version\":2", "found 2, expected 1"),
    ("partita-plan", "partita-plot", "found 'partita-plot', expected 'partita-plan'"),
    ("0f0f", "0g0f", "expected 64 hexadecimal digits"),
    ("\"gap\":0.25", "\"gap\":0.2", "(value - lower_bound) / value is 0.25"),
    ("\"optimal\":false", "\"optimal\":true", "found true, and the gap is 0.25"),
    ("\"value\":4", "\"value\":-4", "expected a finite number of at least 0"),
    ("\"lower_bound\":3", "\"lower_bound\":5", "found 5.0, above the value 4.0"),
    ("\"class\":\"contiguous\"", "\"class\":\"all\"", "expected contiguous or any"),
    ("\"devices\":3", "\"devices\":0", "expected a whole number of at least 1"),
    ("\"replicas\":2", "\"replicas\":0", "expected a whole number of at least 1"),
    ("\"replicas\":2", "\"replica\":2", "did you mean 'replicas'?"),
    ("\"gap\":0.25", "\"gap\":0.25,\"search_bound\":3.5", "there is no such key"),
    ("[\"c\"]", "[]", "expected at least one node"),
    ("enumeration", "faith", "expected labels, relaxation or enumeration"),
    (
      "{\"kind\":\"enumeration\",\"threshold\":3}",
      "{\"kind\":\"labels\",\"threshold\":3,\"needs\":[1,-2]}", "or -1 for no need"
    ),
    (
      "{\"kind\":\"enumeration\",\"threshold\":3}",
      "{\"kind\":\"labels\",\"threshold\":3,\"needs\":[[1]]}", "found [1] at 0"
    ),
  ]) func isRefused(_ old: String, _ new: String, _ words: String) throws {
    let text = Self.plan()
    #expect(text.contains(old))
    let error = #expect(throws: DecodingError.self) {
      try Self.read(text.replacing(old, with: new, maxReplacements: 1))
    }
    guard case .dataCorrupted(let context) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(context.debugDescription.contains(words), "\(context.debugDescription)")
    #expect(!context.codingPath.isEmpty)
  }
}
