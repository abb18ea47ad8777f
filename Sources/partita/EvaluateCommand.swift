import ArgumentParser
import Foundation
import PartitaData
import PartitaFiles
import PartitaReport
import PartitaTraining

/// `partita evaluate`.
struct EvaluateCommand: RankCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract:
      "Says how right a trained network is: loss, accuracy, each class, who is taken for whom.",
    discussion: """
      Reads config.yaml and weights.safetensors of a run's folder and goes through the samples to \
      test on; --data names others: `--data test_path=FILE`, `--data test_samples=`. Under mpirun the \
      network is cut as the ranks allow, with the same answer to the last bit.
      """)

  @OptionGroup var run: RunOptions

  @OptionGroup var start: RankOptions

  @Option(
    help: ArgumentHelp(
      "Replaces a value of the run's data section; may be given several times.",
      valueName: "key=value"))
  var data: [String] = []

  @Flag(help: "Prints one line of JSON.")
  var json = false

  var ranksToStart: Int? { start.ranks }

  func run(on session: RankSession) throws {
    let trained = try session.prepare { try run.load() }
    let asked = try AskedRun(
      trained, overrides: run.overrides + data.map { "data.\($0)" }, session)
    session.warnOfSharedCores()
    try session.perform {
      var evaluation = Evaluation(
        classes: trained.classNames(count: asked.predictor.classes))
      let loss = try asked.predictor.run { answers in
        guard let test = asked.dataset?.test, session.speaks else { return }
        evaluation.add(answers, labels: test.classes(of: answers.samples))
      }
      if session.speaks { report(evaluation, loss: loss, weights: trained.weights) }
    }
    try session.finish()
  }

  private func report(_ evaluation: Evaluation, loss: Double, weights: String) {
    guard !json else { return Console.print("\(evaluation.json(loss: loss, weights: weights))") }
    Console.print("\(weights): \(evaluation.count) answers")
    Console.print(
      String(
        format: "loss %.4f, accuracy %.2f %%, %d right\n", loss, 100 * evaluation.accuracy,
        evaluation.right))
    let rows = evaluation.rows.map {
      EvaluationText.Row(
        name: $0.name, count: $0.count, right: $0.right, precision: $0.precision,
        recall: $0.recall, f1: $0.f1)
    }
    for line in EvaluationText(rows, confusion: evaluation.confusion).lines { Console.print(line) }
  }
}

extension Evaluation {
  /// One line for programs.
  fileprivate func json(loss: Double, weights: String) -> JSON {
    [
      "weights": .string(weights), "answers": .integer(count), "loss": .number(loss),
      "accuracy": .number(accuracy),
      "confusion": .array(
        confusion.map { .array($0.map { .integer($0) }) }),
      "classes": .array(
        rows.map { row in
          [
            "name": .string(row.name), "samples": .integer(row.count),
            "right": .integer(row.right),
            "precision": row.precision.map { .number($0) } ?? .null,
            "recall": row.recall.map { .number($0) } ?? .null,
            "f1": row.f1.map { .number($0) } ?? .null,
          ]
        }),
    ]
  }
}
