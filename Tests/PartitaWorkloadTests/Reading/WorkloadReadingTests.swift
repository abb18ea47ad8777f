import Foundation
import PartitaWorkload
import Testing

/// Files of others become the same values in each of their forms.
@Suite struct WorkloadReadingTests {
  static func json(_ text: String) throws -> Workload {
    try JSONDecoder().decode(WorkloadDocument.self, from: Data(text.utf8))
      .workload(otherwiseNamed: "nameless")
  }

  static let graphText = """
    node1 -- Input0 -- forward_compute_time=17.5, backward_compute_time=0.000, \
    activation_size=64.0, parameter_size=0.000
    node2 -- LSTM(4, 4, bias=True) -- a -- forward_compute_time=1.5, \
    backward_compute_time=2.500, activation_size=[8.0; 4.0], parameter_size=16.000 -- stage_id=1

    node3 -- __getitem__(0) -- forward_compute_time=0, backward_compute_time=0, \
    activation_size=8, parameter_size=0
    node4 -- Input layer norm -- forward_compute_time=1, backward_compute_time=1, \
    activation_size=[], parameter_size=0
    \tnode1 -- node2
        node2 -- node3
    \tnode2 -- node4
    """

  /// Descriptions with commas, "=" and " -- "; lists of outputs; stages; edges behind tabs or blanks.
  @Test(arguments: ["\n", "\r\n"]) func graphText(_ newline: String) throws {
    let text = Self.graphText.replacing("\n", with: newline)
    let workload = try Workload(pipedreamText: text, named: "lstm")
    #expect(workload.name == "lstm" && workload.family == "pipedream")
    // The input is dropped; a node that is no source isn't one, whatever it is called.
    #expect(workload.graph.ids == ["node2", "node3", "node4"])
    #expect(workload.graph.edges == [.init(from: 0, to: 1), .init(from: 0, to: 2)])
    #expect(
      workload.costs
        == .pipedream(
          PipedreamCosts(
            seconds: [0.004, 0, 0.002], activationBytes: [12, 8, 0], parameterBytes: [16, 0, 0])))
  }

  static let neutral = """
    {"source":"x","family":"pipedream","nodes":[
    {"id":"node1","name":"Input0","forward_ms":17.5,"backward_ms":0,"activation_bytes":64,
     "parameter_bytes":0},
    {"id":"node2","name":"LSTM","forward_ms":1.5,"backward_ms":2.5,"activation_bytes":12,
     "parameter_bytes":16,"output_bytes":[8,4]},
    {"id":"node3","name":"__getitem__(0)","forward_ms":0,"backward_ms":0,"activation_bytes":8,
     "parameter_bytes":0},
    {"id":"node4","name":"Input layer norm","forward_ms":1,"backward_ms":1,"activation_bytes":0,
     "parameter_bytes":0}],
    "edges":[["node1","node2",64],["node2","node3",null],["node2","node4",null]]}
    """

  @Test func textAndJSONAgree() throws {
    #expect(
      try Self.json(Self.neutral)
        == Workload(pipedreamText: Self.graphText, named: "nameless"))
    let named = Self.neutral.replacing("\"source\":\"x\"", with: "\"name\":\"lstm\"")
    #expect(try Self.json(named).name == "lstm")
  }

  static let placement = """
    {"family":"devplace","objective":"max_load","nodes":[
    {"id":"7","forward_ms":1,"backward_ms":0,"cpu_ms":10,"memory_bytes":5,"out_transfer_ms":0.25,
     "is_backward":false,"color_class":1},
    {"id":"8","forward_ms":0,"backward_ms":2,"cpu_ms":20,"memory_bytes":6,"out_transfer_ms":null,
     "is_backward":true,"color_class":1},
    {"id":"9","forward_ms":0,"backward_ms":0,"cpu_ms":0,"memory_bytes":0}],
    "edges":[["7","8",3],["7","9",3]],
    "devices":{"accelerators":2,"cpus":1,"accelerator_memory_bytes":100}}
    """
  static let placementOfAuthors = """
    {"maxFPGAs":2,"maxCPUs":1,"maxSizePerFPGA":100.0,"nodes":[
    {"id":7,"name":"a","supportedOnFpga":1,"cpuLatency":10,"fpgaLatency":1,"isBackwardNode":0,
     "colorClass":1,"size":5},
    {"id":8,"supportedOnFpga":true,"cpuLatency":20,"fpgaLatency":2,"isBackwardNode":true,
     "colorClass":1,"size":6.0},
    {"id":9,"supportedOnFpga":true,"cpuLatency":0,"fpgaLatency":0,"isBackwardNode":false,"size":0}],
    "edges":[{"sourceId":7,"destId":8,"cost":0.25,"size":3},
             {"sourceId":7,"destId":9,"cost":0.25,"size":3}]}
    """

  @Test func placementsAgree() throws {
    let workload = try Self.json(Self.placement)
    #expect(try workload == Self.json(Self.placementOfAuthors))
    #expect(
      workload.costs
        == .placement(
          PlacementCosts(
            acceleratorMilliseconds: [1, 2, 0], cpuMilliseconds: [10, 20, 0],
            transferMilliseconds: [0.25, 0, 0], memoryBytes: [5, 6, 0],
            isBackward: [false, true, false], colorClass: [1, 1, nil], accelerators: 2, cpus: 1,
            acceleratorMemoryBytes: 100)))
    #expect(workload.graph.edges.map(\.bytes) == [3, 3])
    let unsupported = Self.placementOfAuthors.replacing(
      "\"supportedOnFpga\":1,", with: "\"supportedOnFpga\":0,")
    guard case .placement(let costs) = try Self.json(unsupported).costs else { return }
    #expect(costs.acceleratorMilliseconds == [.infinity, 2, 0])
  }

  static let piper = """
    {"family":"piper","nodes":[
    {"id":"0","variants":[
     {"tensor_degree":1,"id":"vanilla","time_s":0.5,"parameter_bytes":4,"memory_a_bytes":1,
      "memory_b_bytes":2},
     {"tensor_degree":8,"id":"vanilla","time_s":0.1,"parameter_bytes":4,"memory_a_bytes":1,
      "memory_b_bytes":2,"sync_out_bytes":{"1":16}},
     {"tensor_degree":10,"id":"vanilla","time_s":0.1,"parameter_bytes":4,"memory_a_bytes":1,
      "memory_b_bytes":2}]},
    {"id":"1","variants":[
     {"tensor_degree":1,"id":"vanilla","time_s":0.5,"parameter_bytes":4,"memory_a_bytes":1,
      "memory_b_bytes":2,"sync_in_bytes":{"0":3}}]}],
    "edges":[["0","1",9],["0","1",9]],
    "devices":{"count":10,"memory_bytes":80,"bandwidth_bytes_per_s":25,
    "microbatches_per_batch":12}}
    """
  static let piperOfAuthors = """
    {"maxDevices":10,"maxMemoryPerDevice":80.0,"bandwidth":25.0,"mbsInBatch":12,"nodes":[
    {"id":0,"TMPCs":{
     "10":[{"id":"vanilla","timePerSample":0.1,"parameterSize":4,"memoryUsageA":1,"memoryUsageB":2,
      "syncTimeFw":{},"syncTimeBw":{"1":0.0}}],
     "1":[{"id":"vanilla","timePerSample":0.5,"parameterSize":4,"memoryUsageA":1,"memoryUsageB":2,
      "syncTimeFw":{},"syncTimeBw":{"1":0.0}}],
     "8":[{"id":"vanilla","timePerSample":0.1,"parameterSize":4,"memoryUsageA":1,"memoryUsageB":2,
      "syncTimeFw":{},"syncTimeBw":{"1":16.0}}]}},
    {"id":1,"TMPCs":{
     "1":[{"id":"vanilla","timePerSample":0.5,"parameterSize":4,"memoryUsageA":1,"memoryUsageB":2,
      "syncTimeFw":{"0":3},"syncTimeBw":{}}]}}],
    "edges":[{"sourceId":0,"destId":1,"communicationCost":9},
             {"sourceId":0,"destId":1,"communicationCost":9}]}
    """

  @Test func piperFormsAgree() throws {
    let workload = try Self.json(Self.piper)
    #expect(try workload == Self.json(Self.piperOfAuthors))
    // Each edge is charged: repeated ones stay.
    #expect(workload.graph.edges.count == 2 && workload.graph.successors[0] == [1])
    guard case .piper(let costs) = workload.costs else { return }
    #expect(costs.variants[0].map(\.tensorDegree) == [1, 8, 10])
    #expect(costs.variants[0][1].syncOut == [1: 16] && costs.variants[1][0].syncIn == [0: 3])
    #expect(costs.devices == 10 && costs.microbatches == 12 && costs.bandwidth == 25)
  }

  // MARK: What the workshop's files come to

  static let shared = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "shared/workloads")
  static var hasShared: Bool {
    FileManager.default.fileExists(atPath: shared.appending(path: "pipedream-gnmt.json").path)
  }

  @Test(
    .enabled(if: hasShared, "the shared workloads are not there"),
    arguments: [
      ("pipedream-gnmt", 45, 54), ("pipedream-inception_v3", 325, 361),
      ("devplace-operator-bert_L-12_training", 2012, 2751), ("piper-bert32a100", 37, 67),
    ]) func sharedWorkloads(_ name: String, nodes: Int, edges: Int) throws
  {
    let data = try Data(contentsOf: Self.shared.appending(path: "\(name).json"))
    let workload = try JSONDecoder().decode(WorkloadDocument.self, from: data)
      .workload(otherwiseNamed: "")
    #expect(workload.name == name)
    #expect(workload.graph.count == nodes && workload.graph.edges.count == edges)
  }
}
