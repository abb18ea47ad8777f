import ArgumentParser
import PartitaConfig
import PartitaData
import PartitaFiles
import PartitaGraph
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

  @Argument(help: ArgumentHelp("The files.", valueName: "input"))
  var inputs: [String]

  @Flag(help: "Prints a line of JSON for each sample.")
  var json = false

  func run(on session: RankSession) throws {
    let (trained, samples) = try session.prepare {
      let trained = try run.load()
      let config = try trained.config(overrides: run.overrides)
      return (trained, try config.data.source.newSamples(in: inputs, notes: trained.notes))
    }
    let classes = trained.classCount ?? 1
    let asked = try AskedRun(
      trained, overrides: run.overrides, session,
      describe: {
        DataDescription(
          input: samples.input, labels: [], classes: classes, loss: $0.objective.loss,
          trainCount: $0.training.batch, testCount: samples.count)
      }, load: { samples.dataset(labels: [], classes: classes, loss: $0.objective.loss) })
    let names = trained.classNames(count: asked.predictor.classes)
    let isChoice = asked.config.objective.loss == .crossEntropy
    try session.perform {
      if session.speaks, !json { Console.print(CSVLine.text(["sample", "class"] + names)) }
      _ = try asked.predictor.run { answers in
        guard session.speaks else { return }
        for (sample, answer) in zip(answers.samples, answers.rows) {
          let choice = Choice(answer)
          let numbers = isChoice ? choice.probabilities : answer.map { Double($0) }
          print(samples.names[sample], names[choice.best], numbers, of: names)
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

/// A line of a table (RFC 4180).
private enum CSVLine {
  static func text(_ cells: [String]) -> String {
    cells.map { cell in
      cell.contains { "\",\r\n".contains($0) }
        ? "\"\(cell.replacing("\"", with: "\"\""))\"" : cell
    }.joined(separator: ",")
  }
}
