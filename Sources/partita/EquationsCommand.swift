import ArgumentParser
import PartitaConfig
import PartitaFiles
import PartitaGraph
import PartitaKeys
import PartitaNotation
import PartitaReference
import PartitaStudy
import PartitaTraining

/// `partita equations`.
struct EquationsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "equations",
    abstract: "Writes a network's forward and backward equations, with shapes and rules.",
    discussion: """
      For one example as textbooks do, or with --batch in matrix form. The gradients are read off the \
      differentiated graph; their order is a textbook's, and one that the graph allows. Nothing runs.
      """)

  @Argument(help: ArgumentHelp("A configuration, or an ONNX file.", valueName: "config"))
  var path: String

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Replaces one value of the configuration; may be given several times.",
      valueName: "key.path=value"))
  var set: [String] = []

  @OptionGroup var shapes: ShapeOptions

  @Option(help: ArgumentHelp("Samples of a batch in matrix form.", valueName: "samples"))
  var batch: Int?

  @Flag(help: "Shows the chain rule's products before each result.")
  var steps = false

  @Flag(help: "Shows each of blocks that repeat, as a text model's; else one stands for all.")
  var unfold = false

  @Option(
    help: ArgumentHelp(
      "Shows what leads to the gradient with respect to this alone: `input`, a symbol or a parameter.",
      valueName: "name"))
  var withRespectTo: String?

  @Option(
    help: ArgumentHelp("Writes a LaTeX document that compiles" + OutputFile.dash, valueName: "file")
  )
  var latex: OutputFile?

  @OptionGroup var numbers: EquationNumbersOptions

  @Flag(help: "Prints one object of JSON.")
  var json = false

  mutating func validate() throws {
    try checkOutputs(["--latex": latex], json: json)
    if let batch, batch < 1 {
      throw ValidationError("--batch takes a number above 0, not \(batch)")
    }
    if withRespectTo != nil, latex != nil || numbers.areWanted || steps {
      throw ValidationError(
        "--with-respect-to shows one gradient: leave out --latex, --values, --worksheet and --steps"
      )
    }
    if numbers.areWanted, steps || latex != nil {
      throw ValidationError("--values and --worksheet show numbers: leave out --steps and --latex")
    }
  }

  func run() throws {
    lendOutput(to: latex)
    try Console.attempt {
      let config = try TrainingConfig(
        contentsOf: path, overrides: shapes.overrides + set + ConfigOptions.openPlan
      ).with(parallel: .serial)
      let blueprint = try Blueprint(config, data: try config.describeData())
      let derivation = try derive(blueprint.training)
      if let withRespectTo { return try show(withRespectTo, in: derivation) }
      if numbers.areWanted {
        let page = try numbers.page(of: derivation, blueprint)
        return json
          ? Console.print("\(derivation.json(page))") : Console.show(page.text)
      }
      if let latex {
        try latex.write(
          LatexDocument(derivation, title: config.name, withSteps: steps, unfolds: unfold).text)
      }
      if json { return Console.print("\(derivation.json(nil))") }
      if let latex { return Console.print("written to \(latex.words)") }
      Console.show(EquationPage(derivation, withSteps: steps, unfolds: unfold).text)
    }
  }

  private func derive(_ model: ModelGraph) throws -> Derivation {
    let input = model.graph.values.first { $0.role == .input }
    let asksForInput = withRespectTo == "input" || withRespectTo == input?.name
    let wantsInput =
      asksForInput || (withRespectTo?.lowercased() == "x" && input?.type.element != .int32)
    return try Derivation(model, batch: batch, includesInput: wantsInput)
  }

  /// One gradient, and what leads to it.
  private func show(_ name: String, in derivation: Derivation) throws {
    let graph = derivation.graph
    let input = graph.values.first { $0.role == .input }?.id
    guard let value = derivation.value(called: name) ?? (name == "input" ? input : nil) else {
      let names = graph.values.compactMap { derivation.notation[$0.id]?.text }
      let nearest = nearestName(to: name, in: names).map { "; did you mean \($0)?" } ?? ""
      throw Refusal(
        words: "--with-respect-to: there is no \(name)\(nearest) Known here: input, "
          + names.joined(separator: ", "))
    }
    let chain = derivation.chain(to: value)
    guard let last = chain.last, let symbol = derivation.notation[value]?.text else {
      throw Refusal(words: "--with-respect-to: \(name) has no gradient")
    }
    if json { return Console.print("\(JSON.array(chain.map { $0.json(nil) }))") }
    for equation in chain { Console.print("\(equation.text())   \(equation.shape)") }
    Console.print(
      "J is one number and \(symbol) is \(last.shape): \(last.subject.text) has one entry for each "
        + "entry of \(symbol), so it is \(last.shape) too")
  }
}

extension Equation {
  /// The equation for programs, with numbers where there are some.
  fileprivate func json(_ rows: [[Double]]?) -> JSON {
    [
      "equation": .string(text()),
      "latex": .string(sides(withSteps: false).map(\.latex).joined(separator: " = ")),
      "shape": .array(shape.extents.map { .integer($0) }), "rule": .string(rule),
      "values": rows.map { .array($0.map { .array($0.map { .number($0) }) }) } ?? .null,
    ]
  }
}

extension Derivation {
  /// All equations for programs, with numbers where there are some.
  fileprivate func json(_ page: ValuePage?) -> JSON {
    func record(_ equation: Equation) -> JSON { equation.json(page?.rows(equation.value)) }
    return [
      "samples": notation.isBatch ? .integer(samples) : .null,
      "variables": .array(
        variables.map { id in
          [
            "symbol": .string(notation[id]?.text ?? ""), "name": .string(graph[id].name),
            "shape": .array(graph.type(of: id).shape.extents.map { .integer($0) }),
          ]
        }),
      "forward": .array(forward.map(record)), "backward": .array(backward.map(record)),
    ]
  }
}
