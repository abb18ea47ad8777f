import Foundation
import PartitaWorkload
import Testing

/// What can't be a workload is refused with its place and what would fit.
@Suite struct WorkloadRefusalTests {
  /// A change of a sound file, and what is said of it.
  struct Mistake: CustomTestStringConvertible, Sendable {
    let old, new, words: String
    init(_ old: String, _ new: String, _ words: String) {
      (self.old, self.new, self.words) = (old, new, words)
    }
    var testDescription: String { "\(old) -> \(new)" }
  }

  private func expectRefusal(_ text: String, _ mistake: Mistake, read: (String) throws -> Workload)
  {
    #expect(text.contains(mistake.old))
    let edited = text.replacing(mistake.old, with: mistake.new, maxReplacements: 1)
    let error = #expect(throws: (any Error).self) { try read(edited) }
    let said = "\(String(describing: error))"
    #expect((error as? WorkloadError)?.description.contains(mistake.words) == true, "\(said)")
  }

  @Test(arguments: [
    Mistake(
      "\"backward_ms\":2.5", "\"backward_ms\":-2.5",
      "node 'node2': backward_ms is -2.5, expected a finite number of at least 0"),
    Mistake(
      "\"backward_ms\":2.5,", "",
      "node 'node2': backward_ms is missing, expected a finite number"),
    Mistake("\"backward_ms\":2.5", "\"backward_ms\":null", "node 'node2': backward_ms is null"),
    Mistake("\"backward_ms\":2.5", "\"backward_ms\":\"2\"", "node 'node2': backward_ms is '2'"),
    Mistake("\"backward_ms\":2.5", "\"backward_ms\":1e999", "node 'node2': backward_ms is"),
    Mistake("\"activation_bytes\":12,", "", "node 'node2': activation_bytes is missing"),
    Mistake("\"id\":\"node3\"", "\"id\":\"node2\"", "two nodes are named 'node2'"),
    Mistake("\"id\":\"node3\",", "", "nodes[2]: id is missing"),
    Mistake(
      "[\"node2\",\"node3\",null]", "[\"node2\",\"node9\",null]",
      "edges[1], 'node2' to 'node9': there is no node 'node9'"),
    Mistake(
      "[\"node2\",\"node4\",null]", "[\"node2\",\"node4\",null],[\"node4\",\"node2\",1]",
      "the graph has a cycle, and a network has none: node2 -> node4 -> node2"),
    Mistake(
      "[\"node2\",\"node4\",null]", "[\"node4\",\"node4\",null]", "node4 -> node4"),
    Mistake("[\"node1\",\"node2\",64]", "[\"node1\"]", "edges[0]: expected [from, to, bytes]"),
    Mistake("[\"node1\",\"node2\",64]", "[\"node1\",\"node2\",-1]", "its bytes are -1.0"),
    Mistake("\"family\":\"pipedream\"", "\"family\":\"megatron\"", "family: it is 'megatron'"),
    Mistake("\"family\":\"pipedream\",", "", "it is no workload that is known"),
    Mistake("\"edges\":", "\"edge\":", "it has no edges: is it complete?"),
    Mistake("\"nodes\":[", "\"nodes\":[],\"more\":[", "it has no nodes"),
  ])
  func pipedream(_ mistake: Mistake) {
    expectRefusal(
      WorkloadReadingTests.neutral, mistake, read: WorkloadReadingTests.json)
  }

  @Test func nothingButInputs() {
    let error = #expect(throws: WorkloadError.self) {
      try Workload(
        pipedreamText: "1 -- Input -- forward_compute_time=0, backward_compute_time=0, "
          + "activation_size=1, parameter_size=0", named: "")
    }
    #expect(error?.description.contains("nothing but inputs") == true)
  }

  @Test(arguments: [
    Mistake(
      "forward_compute_time=1.5,", "forward_compute_time=-1.5,",
      "line 2, node 'node2': forward_compute_time is '-1.5'"),
    Mistake(
      "forward_compute_time=1.5,", "forward_compute_time=nan,",
      "line 2, node 'node2': forward_compute_time is 'nan'"),
    Mistake(
      "forward_compute_time=1.5, ", "", "line 2, node 'node2': forward_compute_time is missing"),
    Mistake("[8.0; 4.0]", "[8.0; 4.0", "line 2, node 'node2': activation_size is '[8.0; 4.0'"),
    Mistake(
      ", parameter_size=16.000 -- stage_id=1", "",
      "line 2, node 'node2': parameter_size is missing"),
    Mistake("node3 -- __", "node2 -- __", "two nodes are named 'node2'"),
    Mistake("node1 -- Input0 --", "node1 Input0", "line 1: expected a node, 'id -- description"),
    Mistake(
      "\tnode1 -- node2", "\tnode1 -- node7", "line 6, 'node1' to 'node7': there is no node"),
    Mistake("\tnode1 -- node2", "\tnode1 --", "line 6: expected an edge, 'from -- to', found"),
    Mistake("\tnode1 -- node2", "\tnode4 -- node2", "node2 -> node4 -> node2"),
    Mistake(
      "    \tnode2 -- node4", "", "line 5: node 'node4' has no edge when the file ends"),
  ])
  func graphText(_ mistake: Mistake) {
    expectRefusal(
      WorkloadReadingTests.graphText,
      Mistake(mistake.old.replacing("    \t", with: "\t"), mistake.new, mistake.words)
    ) { try Workload(pipedreamText: $0, named: "") }
  }

  /// Wherever in its nodes a graph.txt was cut off, it is refused with the line.
  @Test func truncatedText() throws {
    let text = WorkloadReadingTests.graphText
    let nodes = try #require(text.firstRange(of: "\tnode1 -- ")).lowerBound
    for count in stride(from: 3, to: text.distance(from: text.startIndex, to: nodes), by: 7) {
      let error = #expect(throws: WorkloadError.self, "\(count)") {
        // The input alone is a graph, of nothing.
        try Workload(pipedreamText: String(text.prefix(count)), named: "")
      }
      let said = error?.description ?? ""
      #expect(said.hasPrefix("line ") || said.contains("nothing but inputs"), "\(said)")
    }
  }

  @Test(arguments: [
    Mistake("\"objective\":\"max_load\"", "\"objective\":\"latency\"", "can't be planned yet"),
    Mistake("\"objective\":\"max_load\"", "\"objective\":\"energy\"", "it is 'energy', expected"),
    Mistake(
      "\"accelerators\":2", "\"accelerators\":0",
      "devices: accelerators is 0.0, expected a whole number of at least 1"),
    Mistake("\"devices\"", "\"device\"", "the file: devices is missing"),
    Mistake(",\"cpu_ms\":10", "", "node '7': cpu_ms is missing"),
    Mistake(",\"memory_bytes\":5", "", "node '7': memory_bytes is missing"),
    Mistake(
      "\"out_transfer_ms\":0.25", "\"out_transfer_ms\":null",
      "node '7': out_transfer_ms is missing, and '8' reads the node"),
    Mistake(
      "\"color_class\":1", "\"color_class\":1.5", "node '7': color_class is 1.5, expected a whole"),
    Mistake("\"is_backward\":false", "\"is_backward\":2", "node '7': is_backward is 2.0"),
  ])
  func placement(_ mistake: Mistake) {
    expectRefusal(
      WorkloadReadingTests.placement, mistake, read: WorkloadReadingTests.json)
  }

  @Test(arguments: [
    Mistake(
      "\"destId\":9,\"cost\":0.25", "\"destId\":9,\"cost\":0.5",
      "node '7': its output costs 0.25 on the edge to '8' and 0.5 on the edge to '9'"),
    Mistake("\"destId\":9", "\"destId\":10", "edges[1], '7' to '10': there is no node '10'"),
    Mistake("\"sourceId\":7", "\"sourceId\":6", "edges[0], '6' to '8': there is no node '6'"),
    Mistake("\"maxFPGAs\":2", "\"maxFPGAs\":0", "maxFPGAs is 0.0"),
    Mistake("\"fpgaLatency\":2", "\"fpgaLatency\":-2", "node '8': fpgaLatency is -2.0"),
    Mistake("\"cost\":0.25,", "", "edges[0], '7' to '8': cost is missing"),
    Mistake(
      "\"maxCPUs\":1,\"maxSizePerFPGA\":100.0,\"nodes\":[\n{\"id\":7,\"name\":\"a\","
        + "\"supportedOnFpga\":1",
      "\"maxCPUs\":0,\"maxSizePerFPGA\":100.0,\"nodes\":[\n{\"id\":7,\"name\":\"a\","
        + "\"supportedOnFpga\":0",
      "node '7': it can't run on an accelerator, and there are no CPUs"),
  ])
  func placementOfAuthors(_ mistake: Mistake) {
    expectRefusal(
      WorkloadReadingTests.placementOfAuthors, mistake, read: WorkloadReadingTests.json)
  }

  @Test(arguments: [
    Mistake(
      "\"time_s\":0.5,", "", "node '0', variants[0]: time_s is missing, expected a finite"),
    Mistake("\"tensor_degree\":8", "\"tensor_degree\":0", "node '0', variants[1]: tensor_degree"),
    Mistake(
      "\"tensor_degree\":8", "\"tensor_degree\":1",
      "node '0': it has two variant 'vanilla' of tensor degree 1"),
    Mistake("{\"1\":16}", "{\"4\":16}", "there is no node '4'"),
    Mistake("{\"1\":16}", "{\"1\":-16}", "node '0', variants[1], sync_out_bytes: 1 is -16.0"),
    Mistake("[\"0\",\"1\",9]", "[\"0\",\"1\",null]", "edges[0], '0' to '1': its bytes are missing"),
    Mistake("\"count\":10", "\"count\":0", "devices: count is 0.0"),
    Mistake("\"bandwidth_bytes_per_s\":25", "\"bandwidth_bytes_per_s\":0", "one above 0"),
  ])
  func piper(_ mistake: Mistake) {
    expectRefusal(
      WorkloadReadingTests.piper, mistake, read: WorkloadReadingTests.json)
  }

  /// Sums of products of such numbers must be whole numbers: found by fuzz-worker.
  @Test(arguments: [
    Mistake("\"8\":[", "\"0\":[", "node '0', TMPCs: found '0', expected a tensor degree from 1"),
    Mistake("\"8\":[", "\"65537\":[", "found '65537', expected a tensor degree from 1 to 65536"),
    Mistake(
      "\"10\":[", "\"9223372036854775807\":[", "node '0', TMPCs: found '9223372036854775807'"),
    Mistake("\"maxDevices\":10", "\"maxDevices\":1e18", "a whole number of at most 65536"),
    Mistake("\"mbsInBatch\":12", "\"mbsInBatch\":65537", "a whole number of at most 65536"),
    Mistake("\"bandwidth\":25.0", "\"bandwidth\":1e300", "a number of at most 1e+30"),
  ])
  func numbersBeyondAnyUse(_ mistake: Mistake) {
    expectRefusal(
      WorkloadReadingTests.piperOfAuthors, mistake, read: WorkloadReadingTests.json)
  }
}
