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
      probability of every class; of a network with squared-error its outputs. Under mpirun the \
      network is cut as the ranks allow, with the same answer to the last bit.
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
    let classes = trained.classCount ?? 1
    var samples: NewSamples?
    let asked = try AskedRun(
      trained, overrides: run.overrides, session,
      describe: { config in
        let found = try config.data.source.newSamples(in: inputs, notes: trained.notes)
        samples = found
        return DataDescription(
          input: found.input, labels: [], classes: classes, loss: config.objective.loss,
          trainCount: config.training.batch, testCount: found.count)
      }, load: { samples?.dataset(labels: [], classes: classes, loss: $0.objective.loss) })
    let names = trained.classNames(count: asked.predictor.classes)
    let sampleNames = samples?.names ?? []
    let isChoice = asked.config.objective.loss == .crossEntropy
    try session.perform {
      if session.speaks, !json { Console.print(CSVLine.text(["sample", "class"] + names)) }
      _ = try asked.predictor.run { answers in
        guard session.speaks else { return }
        for (sample, answer) in zip(answers.samples, answers.rows) {
          let choice = Choice(answer)
          let numbers = isChoice ? choice.probabilities : answer.map { Double($0) }
          print(sampleNames[sample], names[choice.best], numbers, of: names)
        }
      }
    }
    try session.finish()
  }

  /// One sample's line.
  private func print(_ sample: String, _ name: String, _ numbers: [Double], of names: [String]) {
    guard json else {
      return Console.print(CSVLine.text([sample, name] + numbers.map { "\($0)" }))
    }
    let line: JSON = [
      "sample": .string(sample), "class": .string(name),
      "classes": JSON(members: zip(names, numbers).map { ($0, .number($1)) }),
    ]
    Console.print("\(line)")
  }
}
