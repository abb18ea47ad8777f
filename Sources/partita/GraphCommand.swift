import ArgumentParser
import PartitaConfig
import PartitaData
import PartitaFiles
import PartitaGraph
import PartitaNotation
import PartitaPlan
import PartitaReport
import PartitaStepPlanner
import PartitaTraining

/// `partita graph`.
struct GraphCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph",
    abstract: "Draws the computational graph of a configuration's model.",
    discussion: """
      Boxes are values, circles operators; the data stand on the left, J = L + s on the right. With \
      --output the name's ending says which form: .svg, .dot or .html; without, the graph is printed \
      as text. Layers that repeat are drawn once.
      """)

  @Argument(
    help: ArgumentHelp(
      "The configuration, a YAML file, or a network, an ONNX file.", valueName: "config"))
  var path: String

  @OptionGroup var changes: ConfigChanges

  @Flag(help: "Draws the gradient of J beside each value.")
  var backward = false

  @Flag(help: "Draws all layers, also those that repeat.")
  var unfold = false

  @Flag(help: "Draws a node for each layer, not for each operator and value.")
  var layers = false

  @Option(
    help: ArgumentHelp(
      "Colours the stages of the plan for so many ranks, and shows what crosses between them.",
      valueName: "ranks"))
  var ranks: Int?

  @Option(help: ArgumentHelp("The same of a plan's file.", valueName: "file.plan.json"))
  var plan: String?

  @Option(
    help: ArgumentHelp(
      "Writes the drawing, in the form that the name's ending says.",
      valueName: "file.svg|file.dot|file.html"))
  var output: String?

  @Flag(help: "Prints one object of JSON.")
  var json = false

  /// The forms of a drawing, by the ending of the file's name.
  private enum Form: String, CaseIterable { case svg, dot, html }

  private var form: Form? {
    output.flatMap { name in Form.allCases.first { name.hasSuffix(".\($0.rawValue)") } }
  }

  mutating func validate() throws {
    if let output, form == nil {
      throw ValidationError(
        "--output takes a file that ends with .svg, .dot or .html, not '\(output)'")
    }
    if ranks != nil, plan != nil {
      throw ValidationError("--ranks and --plan each say where stages are cut: give one of them")
    }
    if layers, backward {
      throw ValidationError(
        "--backward shows the gradients of values, and --layers draws none: leave one out")
    }
    if let ranks, ranks < 1 {
      throw ValidationError("--ranks takes a number above 0, not \(ranks)")
    }
  }

  func run() throws {
    try Console.attempt {
      let drawing = try drawing()
      if let output, let form {
        let text =
          switch form {
          case .svg: drawing.svg
          case .dot: drawing.dot
          case .html: drawing.html
          }
        try AtomicText.write(text, to: output)
      }
      if json {
        Console.print("\(drawing.json)")
      } else if let output {
        Console.print("written to \(output)")
      } else {
        Console.show(drawing.text)
      }
    }
  }

  private func drawing() throws -> GraphDrawing {
    let config = try TrainingConfig(contentsOf: path, overrides: changes.overrides)
    var (blueprint, cut) = (Blueprint?.none, StagedModel?.none)
    if let plan {
      let document = try PlanFile.read(plan)
      let own = try Blueprint(config, of: document, path: plan)
      (blueprint, cut) = (own, try Self.cut(own, document.choice.plan))
    } else if let ranks {
      let experiment = try Experiment(config, ranks: ranks)
      (blueprint, cut) = (experiment.blueprint, try Self.cut(experiment.blueprint, experiment.plan))
    }
    let own = try blueprint ?? Blueprint(config, data: try config.describeData())
    var request = GraphDrawing.Request(title: config.name, samples: own.batches.sliceSize)
    request.showsGradients = backward
    request.unfolds = unfold
    request.showsLayers = layers
    request.cut = cut
    return try GraphDrawing(NetworkNotation(own.training), request)
  }

  private static func cut(_ blueprint: Blueprint, _ plan: Plan) throws -> StagedModel {
    try StagedModel(
      blueprint.training, stageOfLayer: plan.stageOfLayer, stageCount: plan.stages.count,
      recomputed: plan.recomputed)
  }
}
