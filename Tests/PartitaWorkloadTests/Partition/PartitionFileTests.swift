import PartitaFiles
import PartitaWorkload
import TestFiles
import Testing

/// A plan's file gives back what was written, to the last bit.
@Suite struct PartitionFileTests {
  private func workload() throws -> Workload {
    Workload(
      name: "a \"quoted\" name",
      graph: try WorkloadGraph(
        ids: ["z", "é\n", "a"], edges: [.init(from: 1, to: 0), .init(from: 0, to: 2)]),
      costs: .pipedream(
        PipedreamCosts(
          seconds: [1, 2, 3], activationBytes: [0, 0, 0], parameterBytes: [0, 0, 0])))
  }

  static let digest = String(repeating: "0123abcd", count: 8)

  private func document(
    value: Double, lowerBound: Double,
    certificate: PartitionCertificate, request: PartitionRequest = PartitionRequest(devices: 5)
  ) throws -> PartitionDocument {
    PartitionDocument(
      PartitionResult(
        partition: Partition([
          .init(nodes: [1], replicas: 3),
          .init(nodes: [2, 0], tensorDegree: 2, variants: [0: "vanilla", 2: "activation recomp"]),
        ]), value: value, lowerBound: lowerBound,
        partitionClass: .contiguous, certificate: certificate),
      of: try workload(), inputSHA256: Self.digest, request: request, method: .dataParallel,
      planningSeconds: 0.1 + 0.2)
  }

  private func readBack(_ document: PartitionDocument) throws -> PartitionDocument {
    let folder = try TemporaryFolder()
    try folder.write(Array("\(document.json)\n".utf8), to: "x.plan.json")
    return try PartitionFile.read(folder.file("x.plan.json"))
  }

  @Test(arguments: [
    (0.1 + 0.2, 0.3), (1.0 / 3, 0.33333333333333326), (1e22, 1e-300),
    (.leastNonzeroMagnitude, 0.0), (41.7458, 41.0),
  ]) func doubles(_ value: Double, _ lowerBound: Double) throws {
    let document = try document(
      value: value, lowerBound: lowerBound,
      certificate: .relaxation(formula: "work", multipliers: ["cpu": 1.0 / 7, "b": value]),
      request: PartitionRequest(
        devices: 5, bandwidth: 26_843_545_600, memory: 1e-3, microbatches: 480, isStraight: true,
        isContiguous: true))
    #expect(try readBack(document) == document)
  }

  @Test(arguments: [
    PartitionCertificate.labels(
      threshold: 0.1, needs: [[.init(devices: 3, others: 3)], [], [.init(devices: 0, others: 0)]]),
    .labels(
      threshold: 0.1,
      needs: [[.init(devices: 3, others: 1), .init(devices: 2, others: 2)], [], []]),
    .labels(threshold: 0.1, needs: []), .enumeration(threshold: 1e-9),
    .relaxation(formula: "largest", multipliers: [:]),
  ]) func certificates(_ certificate: PartitionCertificate) throws {
    let document = try document(value: 1, lowerBound: 1, certificate: certificate)
    #expect(document.isOptimal && document.gap == 0)
    #expect(try readBack(document) == document)
    #expect(try readBack(document).result(for: workload()).certificate == certificate)
  }

  /// The keys that every reader finds, in the order of the form; what is standard isn't written.
  @Test func form() throws {
    let text = try document(
      value: 2, lowerBound: 1.5, certificate: .enumeration(threshold: 1.5)
    ).json.description
    #expect(
      text == """
        {"format":"partita-plan","version":1,\
        "partita_version":"\(PartitaVersion.current)","workload":"a \\"quoted\\" name",\
        "input_sha256":"\(Self.digest)","family":"pipedream","value":2.0,"lower_bound":1.5,\
        "gap":0.25,"optimal":false,"class":"contiguous","method":"data-parallel",\
        "planning_seconds":0.30000000000000004,\
        "request":{"devices":5,"straight":false,"contiguous":false},\
        "certificate":{"kind":"enumeration","threshold":1.5},\
        "stages":[{"nodes":["é\\n"],"replicas":3,"tensor_degree":1,"device_kind":"accelerator"},\
        {"nodes":["z","a"],"replicas":1,"tensor_degree":2,"device_kind":"accelerator",\
        "variants":{"a":"activation recomp"}}]}
        """)
  }

  /// No plan that was cut off is one.
  @Test func truncated() throws {
    let folder = try TemporaryFolder()
    let text = try document(
      value: 2, lowerBound: 1.5, certificate: .enumeration(threshold: 1.5)
    ).json.description
    for count in stride(from: 0, to: text.utf8.count - 1, by: 31) {
      try folder.write(Array(text.utf8.prefix(count)), to: "x.plan.json")
      #expect(throws: FileError.self) { try PartitionFile.read(folder.file("x.plan.json")) }
    }
  }
}
