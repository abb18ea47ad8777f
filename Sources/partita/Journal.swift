import Foundation
import PartitaConfig
import PartitaData
import PartitaDevice
import PartitaFiles
import PartitaStudy
import PartitaTraining

/// What rank 0 writes of a run: to the console, and to the run's folder.
final class Journal {
  private let voice: Voice
  let folder: RunFolder
  private var document: RunDocument
  private var metrics: MetricsFile
  private let progress: TrainingProgress
  private let metadata: [String: String]

  /// Begins a run's files, the configuration first, or goes on with them.
  ///
  /// - Parameters:
  ///   - earlier: the folder of the run that this one goes on from, and its steps; what that run said of
  ///     later steps is said again.
  ///   - last: what the last of those steps came to: a rank that is lost may not have written it.
  ///   - voice: how it speaks.
  init(
    _ prepared: PreparedRun, _ session: RankSession, in folder: RunFolder,
    resumedFrom: String? = nil, continuing earlier: (folder: String, step: Int)?,
    last: [TrainingEvent] = [], voice: Voice
  ) throws {
    let experiment = prepared.experiment
    document = RunDocument(
      experiment, command: CommandLine.arguments,
      libraries: ["device": try makeDevice().kind, "mpi": session.library],
      digests: prepared.digests, resumedFrom: resumedFrom)
    self.voice = voice
    self.folder = folder
    // What a prediction needs; the same whatever the plan, and so are the files' bytes. Classes are
    // their names where the data has some, else how many they are.
    metadata = ["classes": "\(experiment.classes)"].merging(prepared.notes) { $1 }.merging([
      "format": "pt", PartitaVersion.key: PartitaVersion.current,
      "configuration": try experiment.config.yamlOfBits(),
    ]) { $1 }
    try AtomicText.write(try experiment.config.yaml(), to: folder.file("config.yaml"))
    try document.write(folder.path)
    let path = folder.file("metrics.jsonl")
    if let earlier {
      if earlier.folder != folder.path {
        let lines = try RunFolder.metrics(of: earlier.folder)
        try AtomicText.write(lines, to: path)
      }
      let batches = experiment.batches.batchCount
      // They would be among the last lines.
      let lines = last.isEmpty ? [] : try readText(path).split(separator: "\n").suffix(20)
      let known = Set(RunEvent.all(in: lines.joined(separator: "\n")).map(\.place))
      metrics = try MetricsFile(continuing: path) { line in
        RunEvent.isKept(line, afterStep: earlier.step, stepsOfEpoch: batches)
      }
      progress = TrainingProgress(isShown: voice == .words)
      for event in last where event.place.map({ !known.contains($0) }) ?? false {
        try record(event)
      }
      try metrics.append(["event": "resume", "step": .integer(earlier.step)])
    } else {
      metrics = try MetricsFile(path)
      try metrics.append(["event": "begin", "partita_version": .string(PartitaVersion.current)])
      progress = TrainingProgress(isShown: voice == .words)
    }
  }

  /// Says what is about to run.
  func begin(_ experiment: Experiment) {
    guard voice == .words else { return }
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
    case .best(_, let weights):
      try Safetensors.write(weights, metadata: metadata, to: folder.file("best.safetensors"))
    case .checkpoint(_, let isSound):
      if isSound { try metrics.finish() }
    case .end(let end):
      let digest = weightsDigest(end.weights)
      let file = try Safetensors.write(
        end.weights, metadata: metadata, to: folder.file("weights.safetensors"))
      try write(RunEvent(end, weightsSHA256: digest, fileSHA256: file))
      try metrics.finish()
      progress.end(end, fileDigest: file, directory: folder.path)
      try self.end(.finished)
    }
  }

  /// Notes how the run has ended.
  func end(_ ending: RunDocument.Ending, problem: String? = nil) throws {
    document.end(ending, problem: problem)
    try document.write(folder.path)
  }

  /// Says where the run can be taken up.
  func stopped(afterStep step: Int, checkpoint: String, config: String) throws {
    try metrics.finish()
    try end(.stopped)
    progress.clear()
    Console.say(
      "partita: stopped after step \(step), as asked; checkpoint \(checkpoint); go on by: partita "
        + "train \(config) --resume\n")
  }

  private func write(_ event: RunEvent, toFile more: [(String, JSON)] = []) throws {
    if voice == .json { Console.print("\(event.json)") }
    try metrics.append(JSON(members: event.members + more))
  }
}

extension TrainingEvent {
  /// Which line of the metrics it is; nil where it is none.
  fileprivate var place: RunEvent.Place? {
    switch self {
    case .step(let step): RunEvent(step).place
    case .epoch(let epoch): RunEvent(epoch).place
    case .best, .checkpoint, .end: nil
    }
  }
}
