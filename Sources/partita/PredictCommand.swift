import ArgumentParser
import PartitaConfig
import PartitaData
import PartitaFiles
import PartitaGraph
import PartitaReport
import PartitaTraining

/// `partita predict`.
struct PredictCommand: RankCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Says what a trained network takes new samples for.",
    discussion: """
      Reads config.yaml and weights.safetensors of a run's folder, and makes inputs of the files as \
      the training did: PNG, JPEG or IDX files for a network on images, tables with the same columns \
      for one on a table, arrays for one on arrays. Prints CSV: each sample's name, its class, and the \
      probability of every class; of a network with squared-error its outputs. Where a sample has \
      several answers, as in a sequence, each is a line with its position, counted from 0 in row-major \
      order. Under mpirun the network is cut as the ranks allow, with the same answer to the last bit.
      """)

  @OptionGroup var run: RunOptions

  @OptionGroup var start: RankOptions

  @Argument(help: ArgumentHelp("The files.", valueName: "input"))
  var inputs: [String]

  @Flag(help: "Prints a line of JSON for each sample.")
  var json = false

  var ranksToStart: Int? { start.ranks }

  func run(on session: RankSession) throws {
    let trained = try session.prepare { try run.load() }
    var samples: NewSamples?
    var shape = Shape()
    let asked = try AskedRun(
      trained, overrides: run.overrides, session,
      describe: { config in
        let found = try config.data.source.newSamples(in: inputs, notes: trained.notes)
        samples = found
        shape = try Blueprint.outputShape(
          config, input: found.input, classes: trained.classCount ?? 1)
        return DataDescription(
          input: found.input, labels: shape.extents.dropLast(),
          classes: trained.classCount ?? shape.last, loss: config.objective.loss,
          trainCount: config.training.batch, testCount: found.count)
      },
      load: {
        samples?.dataset(
          labels: shape.extents.dropLast(), classes: trained.classCount ?? shape.last,
          loss: $0.objective.loss)
      })
    let lines = AnswerLines(
      classes: trained.classNames(count: asked.predictor.classes),
      positions: shape.extents.dropLast().reduce(1, *),
      choosesClasses: asked.config.objective.loss == .crossEntropy, asJSON: json)
    let names = samples?.names ?? []
    try session.perform {
      if session.speaks, let header = lines.header { Console.print(header) }
      _ = try asked.predictor.run { answers in
        guard session.speaks else { return }
        for (index, outputs) in answers.rows.enumerated() {
          let (sample, position) = index.quotientAndRemainder(dividingBy: lines.positions)
          let name = names[answers.samples.lowerBound + sample]
          Console.print(lines.line(of: outputs, sample: name, position: position))
        }
      }
    }
    try session.finish()
  }
}
