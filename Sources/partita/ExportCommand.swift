import ArgumentParser
import PartitaFiles
import PartitaGraph
import PartitaONNX
import PartitaTraining

/// `partita export`.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes a trained network for other programs: as an ONNX model, or for PyTorch.",
    discussion: """
      Reads config.yaml and weights.safetensors of a run's folder, and looks at the data for the shape of \
      a sample. The ONNX model takes samples as files have them (pixels from 0 to 255, a table's numbers) \
      and scales them as the training did; PyTorch's names are those of an nn.Sequential, or of nanoGPT.
      """)

  @OptionGroup var source: RunOptions

  @Option(help: ArgumentHelp("Writes an ONNX model, with its weights.", valueName: "file"))
  var onnx: String?

  @Flag(help: "With --onnx: a softmax makes probabilities of the outputs, as predict prints them.")
  var probabilities = false

  @Option(
    help: ArgumentHelp(
      "Writes the weights as safetensors, under the names of a PyTorch module of the same shape.",
      valueName: "file"))
  var torchNames: String?

  @Flag(help: "Prints one line of JSON.")
  var json = false

  mutating func validate() throws {
    guard onnx != nil || torchNames != nil else {
      throw ValidationError(
        "there is nothing to write: give --onnx FILE, --torch-names FILE, or both")
    }
    if probabilities, onnx == nil { throw ValidationError("--probabilities goes with --onnx") }
    for (option, path) in [("--onnx", onnx), ("--torch-names", torchNames)] where path == "-" {
      throw ValidationError("\(option) takes a file: what it writes is no text")
    }
    if let onnx, onnx == torchNames {
      throw ValidationError("--onnx and --torch-names name the same file")
    }
  }

  func run() throws {
    try Console.attempt {
      let trained = try source.load()
      let network = try TrainedNetwork(trained, overrides: source.overrides)
      var said: [(String, JSON)] = []
      if let onnx {
        let model = try NetworkModel(network, of: trained, probabilities: probabilities)
        try model.write(to: onnx)
        said.append(("onnx", model.json(file: onnx)))
        if !json { model.lines(file: onnx).forEach(Console.print) }
      }
      if let torchNames {
        let names = TorchNames(network.layers, in: network.model.graph)
        try write(network, of: trained, under: names, to: torchNames)
        said.append(("torch", json(names, file: torchNames)))
        if !json {
          let module = names.module ?? "a module with the layers as attributes"
          Console.print("\(torchNames): weights for \(module)")
        }
      }
      if json { Console.print("\(JSON(members: said))") }
    }
  }

  private func write(
    _ network: TrainedNetwork, of trained: TrainedRun, under names: TorchNames, to path: String
  ) throws {
    let tensors = network.weights.flatMap { tensor in
      (names.names[tensor.name] ?? [tensor.name]).map {
        NamedTensor(name: $0, shape: tensor.shape, values: tensor.values)
      }
    }
    var notes = trained.notes
    notes["module"] = names.module
    notes["names"] = "\(Self.json(names.ours))"
    try Safetensors.write(tensors, metadata: notes, to: path)
  }

  private func json(_ names: TorchNames, file: String) -> JSON {
    [
      "file": .string(file), "module": names.module.map { .string($0) } ?? .null,
      "names": Self.json(names.ours),
    ]
  }

  private static func json(_ names: [String: String]) -> JSON {
    JSON(members: names.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
  }
}
