/// A workload as a JSON file holds it: in the neutral form, or in one of the papers' authors.
///
/// The form is told by the file's keys. Keys that nothing reads are left alone: these are files of
/// other people.
public struct WorkloadDocument: Decodable, Sendable {
  /// All that any of the forms has at the top.
  enum Key: String, CodingKey {
    case name, family, objective, devices, nodes, edges
    case maxFPGAs, maxCPUs, maxSizePerFPGA
    case maxDevices, maxMemoryPerDevice, maxBatchSize, mbsInBatch, bandwidth
  }

  /// The workload; without a name where the file has none.
  private let content: Workload

  /// Reads a file of any of the forms.
  /// - Throws: `WorkloadError` or `DecodingError` with the node and the key.
  public init(from decoder: any Decoder) throws {
    let file = try decoder.container(keyedBy: Key.self)
    let name = file.has(.name) ? try file.label(.name, of: "the file") : ""
    if file.has(.family) {
      switch try file.label(.family, of: "the file") {
      case "pipedream": content = try PipedreamInput(file).workload(named: name)
      case "devplace": content = try PlacementInput(neutral: file).workload(named: name)
      case "piper": content = try PiperInput(neutral: file).workload(named: name)
      case let other:
        throw WorkloadError.invalid(
          place: "family", problem: "it is '\(other)', expected pipedream, devplace or piper")
      }
    } else if file.has(.maxFPGAs) || file.has(.maxSizePerFPGA) {
      content = try PlacementInput(authors: file).workload(named: name)
    } else if file.has(.maxMemoryPerDevice) || file.has(.maxDevices) {
      content = try PiperInput(authors: file).workload(named: name)
    } else {
      throw WorkloadError.invalid(
        place: "the file",
        problem: "it is no workload that is known: it has neither 'family' (pipedream, devplace, "
          + "piper), nor 'maxFPGAs', nor 'maxMemoryPerDevice'")
    }
  }

  /// The workload, named by the file's contents, otherwise `name`.
  public func workload(otherwiseNamed name: String) -> Workload {
    Workload(
      name: content.name.isEmpty ? name : content.name, graph: content.graph, costs: content.costs)
  }
}

extension Workload {
  /// Reads PipeDream's `graph.txt`.
  /// - Throws: `WorkloadError` with the line.
  public init(pipedreamText text: String, named name: String) throws(WorkloadError) {
    self = try PipedreamInput(text: text).workload(named: name)
  }
}
