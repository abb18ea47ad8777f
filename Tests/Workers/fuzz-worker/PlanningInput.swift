import Foundation
import PartitaChecker
import PartitaFiles
import PartitaPlanner
import PartitaReport
import PartitaWorkload

/// Published workloads in all their forms, and plans of them.
enum PlanningInput {
  private static let workloads = [
    """
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
    """,
    """
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
    """,
    """
    {"family":"devplace","objective":"max_load","nodes":[
    {"id":"7","forward_ms":1,"backward_ms":0,"cpu_ms":10,"memory_bytes":5,"out_transfer_ms":0.25,
     "is_backward":false,"color_class":1},
    {"id":"8","forward_ms":0,"backward_ms":2,"cpu_ms":20,"memory_bytes":6,"out_transfer_ms":null,
     "is_backward":true,"color_class":1},
    {"id":"9","forward_ms":0,"backward_ms":0,"cpu_ms":0,"memory_bytes":0}],
    "edges":[["7","8",3],["7","9",3]],
    "devices":{"accelerators":2,"cpus":1,"accelerator_memory_bytes":100}}
    """,
    """
    {"maxFPGAs":2,"maxCPUs":1,"maxSizePerFPGA":100.0,"nodes":[
    {"id":7,"name":"a","supportedOnFpga":1,"cpuLatency":10,"fpgaLatency":1,"isBackwardNode":0,
     "colorClass":1,"size":5},
    {"id":8,"supportedOnFpga":true,"cpuLatency":20,"fpgaLatency":2,"isBackwardNode":true,
     "colorClass":1,"size":6.0},
    {"id":9,"supportedOnFpga":true,"cpuLatency":0,"fpgaLatency":0,"isBackwardNode":false,"size":0}],
    "edges":[{"sourceId":7,"destId":8,"cost":0.25,"size":3},
             {"sourceId":7,"destId":9,"cost":0.25,"size":3}]}
    """,
    """
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
    """,
    """
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
    """,
  ].map { Array($0.utf8) }

  static func all(in folder: String) throws -> [Input] {
    func workload(_ bytes: [UInt8]) throws -> (workload: Workload, sha256: String) {
      let path = "\(folder)/workload"
      try Data(bytes).write(to: URL(filePath: path))
      return try WorkloadFile.read(path)
    }
    let documents = try workloads.map { bytes in
      let (workload, sha256) = try workload(bytes)
      return (workload, try plan(workload, sha256))
    }
    return [
      Input(name: "workload", samples: workloads) {
        let (workload, sha256) = try workload($0)
        let document = try plan(workload, sha256)
        _ = try PartitionText(document, workload).lines
        try PartitionChecker.check(
          document.result(for: workload), of: workload, under: document.request)
      },
      Input(name: "plan", samples: documents.map { Array("\($0.1.json)".utf8) }) {
        let path = "\(folder)/a.plan.json"
        try Data($0).write(to: URL(filePath: path))
        let document = try PartitionFile.read(path)
        for (workload, _) in documents where workload.family == document.family {
          try? check(document, workload)
        }
      },
    ]
  }

  private static func check(_ document: PartitionDocument, _ workload: Workload) throws {
    _ = try PartitionText(document, workload).lines
    try PartitionChecker.check(
      document.result(for: workload), of: workload, under: document.request)
  }

  private static func plan(_ workload: Workload, _ sha256: String) throws -> PartitionDocument {
    let request = PartitionRequest(devices: 4)
    let start = ContinuousClock.now
    let budget = SearchBudget(seconds: 0.2) {
      (ContinuousClock.now - start) / .seconds(1)
    }
    var document: PartitionDocument?
    for method in PartitionMethod.allCases where method != .metis {
      do {
        let proposal = try method.planner(budget: budget).plan(workload, request)
        if document == nil {
          document = PartitionDocument(
            proposal.result, of: workload, inputSHA256: sha256, request: request, method: method,
            planningSeconds: 0)
        }
      } catch let error where method == .optimal {
        throw error
      } catch {}
    }
    guard let document else { throw Fault("no method has a plan") }
    return document
  }
}
