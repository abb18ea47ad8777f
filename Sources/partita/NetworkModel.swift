import PartitaData
import PartitaFiles
import PartitaGraph
import PartitaONNX
import PartitaTraining

/// A run's network as an ONNX model, with the words that go with it.
struct NetworkModel {
  private let graph: ONNXGraph
  private let notes: ModelNotes
  private let weightCount: Int

  /// Makes the model.
  init(_ network: TrainedNetwork, of run: TrainedRun, probabilities: Bool) throws {
    let raw = try RawInput(notes: run.notes, file: run.weights)
    if probabilities, !network.choosesClasses {
      throw NoProbabilities()
    }
    let outputs = network.model.outputs
    graph = try ONNXGraph(
      exporting: ExportedNetwork(
        graph: network.model.graph, outputs: outputs,
        weights: Dictionary(
          network.weights.map {
            ($0.name, ExportedNetwork.Weight(shape: $0.shape, values: $0.values))
          }, uniquingKeysWith: { first, _ in first }),
        input: InputForm(
          shape: Shape(network.sample.shape), shift: raw.shift, divisor: raw.divisor,
          words: raw.words),
        endsWithSoftmax: probabilities))
    weightCount = network.weights.reduce(0) { $0 + $1.values.count }
    let kept = ["classes", "columns", "normalisation", "vocabulary"]
    notes = ModelNotes(
      version: PartitaVersion.current,
      words: "A network trained by Partita (\(run.folder)). Input: \(raw.words).",
      input: raw.words, output: Self.words(network, probabilities: probabilities),
      notes: run.notes.filter { kept.contains($0.key) })
  }

  private static func words(_ network: TrainedNetwork, probabilities: Bool) -> String {
    let each = network.model.graph.type(of: network.model.outputs).shape.rank > 1
    let place = each ? " at each position" : ""
    if probabilities { return "the probability of each class\(place)" }
    return network.choosesClasses
      ? "a score for each class\(place), of which a softmax makes probabilities"
      : "a number for each class\(place)"
  }

  /// Writes the model; the file appears whole or not at all.
  func write(to path: String) throws {
    let bytes = try graph.bytes(notes)
    let file = try AtomicFile(path)
    try bytes.span.bytes.withUnsafeBytes { (bytes) throws(FileError) in try file.write(bytes) }
    try file.commit()
  }

  /// What was written, for people.
  func lines(file: String) -> [String] {
    [
      "\(file): \(graph.nodeCount) nodes, \(weightCount) weights, opset \(graph.opset)",
      "input \(Self.words(graph.inputs)): \(notes.input)",
      "output \(Self.words(graph.outputs)): \(notes.output)",
    ]
  }

  /// The same for programs.
  func json(file: String) -> JSON {
    func port(_ ports: [ONNXPort], _ meaning: String) -> JSON {
      [
        "name": .string(ports.first?.name ?? ""),
        "shape": .array(Self.extents(ports).map { .string($0) }),
        "element": .string(Self.element(ports)), "meaning": .string(meaning),
      ]
    }
    return [
      "file": .string(file), "opset": .integer(graph.opset), "nodes": .integer(graph.nodeCount),
      "weights": .integer(weightCount), "input": port(graph.inputs, notes.input),
      "output": port(graph.outputs, notes.output),
    ]
  }

  private static func words(_ ports: [ONNXPort]) -> String {
    "[\(extents(ports).joined(separator: ", "))] \(element(ports))"
  }

  private static func element(_ ports: [ONNXPort]) -> String {
    ports.first?.element.map { "\($0)" } ?? ""
  }

  private static func extents(_ ports: [ONNXPort]) -> [String] {
    (ports.first?.extents ?? []).map { extent in
      switch extent {
      case .known(let count): "\(count)"
      case .open(let name): name
      }
    }
  }
}

/// Probabilities of what is no choice.
private struct NoProbabilities: Error, CustomStringConvertible {
  let description =
    "--probabilities: the network was trained with squared-error, so its outputs are no scores of classes"
}
