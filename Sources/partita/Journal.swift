import Foundation
import PartitaConfig
import PartitaFiles
import PartitaStudy
import PartitaTraining

/// What rank 0 writes of a run: to the console, and to the output folder.
final class Journal {
  private let json: Bool
  private let directory: OutputDirectory
  private var metrics: MetricsFile
  private let config: TrainingConfig
  private let progress: TrainingProgress

  init(_ experiment: Experiment, json: Bool) throws {
    config = experiment.config
    self.json = json
    directory = try OutputDirectory(config.output.directory)
    metrics = try MetricsFile(directory.file("metrics.jsonl"))
    try metrics.append(["event": "begin", "partita_version": .string(PartitaVersion.current)])
    progress = TrainingProgress(isShown: !json)
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
      try write(RunEvent(step), toFile: [("seconds", .number(step.seconds))])
      progress.step(step)
    case .epoch(let epoch):
      try write(RunEvent(epoch))
      progress.epoch(epoch)
    case .end(let end):
      let digest = weightsDigest(end.weights)
      try Safetensors.write(
        end.weights, metadata: ["format": "pt", PartitaVersion.key: PartitaVersion.current],
        to: directory.file("weights.safetensors"))
      try AtomicText.write(try config.yaml(), to: directory.file("config.yaml"))
      try write(RunEvent(end, weightsSHA256: digest))
      progress.end(end, digest: digest, directory: directory.path)
    }
  }

  private func write(_ event: RunEvent, toFile more: [(String, JSON)] = []) throws {
    if json { Console.print("\(event.json)") }
    try metrics.append(JSON(members: event.members + more))
  }
}
