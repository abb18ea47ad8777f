import Foundation
import PartitaConfig
import PartitaFiles
import PartitaTraining

/// What rank 0 writes of a run: to the console, and to the output folder.
final class Journal {
  private let json: Bool
  private let directory: OutputDirectory
  private var metrics: MetricsFile
  private let config: TrainingConfig
  private let progress: Progress

  init(_ experiment: Experiment, json: Bool) throws {
    config = experiment.config
    self.json = json
    directory = try OutputDirectory(config.output.directory)
    metrics = try MetricsFile(directory.file("metrics.jsonl"))
    progress = Progress(isShown: !json)
  }

  /// Says what is about to run.
  func begin(_ experiment: Experiment) {
    guard !json else { return }
    for line in experiment.summary { Console.print(line) }
  }

  /// Writes an event down.
  func record(_ event: TrainingEvent) throws {
    switch event {
    case .step(let step):
      var members: [(String, JSON)] = [
        ("event", "step"), ("step", .integer(step.step)), ("loss", .number(step.loss)),
        ("objective", .number(step.objective)),
      ]
      if let norm = step.gradientNorm { members.append(("gradient_norm", .number(norm))) }
      try write(members, toFile: [("seconds", .number(step.seconds))])
      progress.step(step)
    case .epoch(let epoch):
      var members: [(String, JSON)] = [
        ("event", "epoch"), ("epoch", .integer(epoch.epoch)),
        ("test_loss", .number(epoch.testLoss)),
      ]
      if let accuracy = epoch.testAccuracy { members.append(("test_accuracy", .number(accuracy))) }
      try write(members)
      progress.epoch(epoch)
    case .end(let end):
      let digest = weightsDigest(end.weights)
      try Safetensors.write(
        end.weights, metadata: ["format": "pt"], to: directory.file("weights.safetensors"))
      try AtomicText.write(try config.yaml(), to: directory.file("config.yaml"))
      var members: [(String, JSON)] = [
        ("event", "end"), ("steps", .integer(end.steps)), ("loss", .number(end.loss)),
      ]
      if let loss = end.testLoss { members.append(("test_loss", .number(loss))) }
      if let accuracy = end.testAccuracy { members.append(("test_accuracy", .number(accuracy))) }
      members.append(("weights_sha256", .string(digest)))
      try write(members)
      progress.end(end, digest: digest, directory: directory.path)
    }
  }

  private func write(_ members: [(String, JSON)], toFile more: [(String, JSON)] = []) throws {
    let record = JSON(members: members)
    if json { Console.print("\(record)") }
    try metrics.append(more.isEmpty ? record : JSON(members: members + more))
  }
}
