import ArgumentParser
import PartitaFiles
import PartitaONNX
import PartitaReport

/// `partita import`.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Says what the network of an ONNX file costs, and whether it can be trained here.",
    discussion: """
      Follows the shapes through the file's graph and counts each node's operations, parameters and \
      bytes. The file itself is what other verbs take: plan, compare and simulate in place of a \
      configuration, and a configuration's `model: {kind: onnx, file: FILE}`.
      """)

  @Argument(help: ArgumentHelp("The ONNX file.", valueName: "file"))
  var path: String

  @OptionGroup var shapes: ShapeOptions

  @Flag(help: "Prints a line for each layer, too.")
  var layers = false

  @Flag(help: "Prints one object of JSON, with all layers.")
  var json = false

  func run() throws {
    try Console.attempt {
      let text: ImportText
      do {
        text = ImportText(
          try ImportedNetwork(ONNXFile.read(path), shapes: shapes.byInput), file: path)
      } catch let error as ONNXError {
        throw Refusal(words: "\(path): \(error)")
      }
      if json { return Console.print("\(text.json)") }
      for line in text.lines + (layers ? [""] + text.layerLines : []) { Console.print(line) }
    }
  }
}

/// Shapes of a network's inputs.
struct ShapeOptions: ParsableArguments {
  @Option(
    name: .customLong("shape"),
    help: ArgumentHelp(
      "The shape of an input whose axes the ONNX file leaves open, that of samples first; may be given "
        + "several times.", valueName: "input=1,3,224,224"))
  var given: [String] = []

  mutating func validate() throws {
    for text in given where Self.read(text) == nil {
      throw ValidationError(
        "--shape takes an input and its extents, as x=1,3,224,224, not '\(text)'")
    }
  }

  /// The shapes by the inputs' names.
  var byInput: [String: [Int]] {
    given.reduce(into: [:]) { shapes, text in
      if let (name, shape) = Self.read(text) { shapes[name] = shape }
    }
  }

  /// The same as changes of a configuration.
  var overrides: [String] {
    given.isEmpty
      ? []
      : [
        "model.shapes={"
          + byInput.sorted { $0.key < $1.key }.map { name, shape in
            "\"\(name)\": \"\(shape.map(String.init).joined(separator: ","))\""
          }.joined(separator: ", ") + "}"
      ]
  }

  private static func read(_ text: String) -> (String, [Int])? {
    guard let equals = text.lastIndex(of: "="), equals > text.startIndex,
      let shape = ONNXModel.shape(String(text[text.index(after: equals)...]))
    else { return nil }
    return (String(text[..<equals]), shape)
  }
}
