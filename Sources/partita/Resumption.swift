import ArgumentParser
import Foundation
import PartitaConfig
import PartitaFiles
import PartitaTraining

/// Where a run goes on: a checkpoint, the run that has written it, and the folder to go on in.
struct Resumption {
  let point: ResumePoint
  /// For each rank, whether it sees the checkpoint.
  let sees: [Bool]
  /// The folder of the run that has written it; nil where that can't be told.
  let earlier: String?
  /// Whether the run goes on in that folder, or in one of its own.
  let continuesFolder: Bool

  /// Finds what `--resume` asks for; every rank must call it.
  ///
  /// - Returns: nil where there is nothing to go on from, and the run starts anew.
  static func find(
    _ path: String, _ config: TrainingConfig, allowed: [String], _ session: RankSession
  ) throws -> Resumption? {
    let transport = session.transport
    func say(_ words: String) { if session.speaks { Console.say("partita: \(words)\n") } }
    let source = try transport.share(
      path.isEmpty ? RunFolder.newestUnfinished(of: config.output.directory) : path)
    guard let source else {
      say("\(config.output.directory) holds no run that has not finished: this one starts anew")
      return nil
    }
    let sees = try transport.seeing(source)
    let point: ResumePoint?
    do {
      point = try ResumePoint.newest(at: source, over: transport, sees: sees) { say($0) }
    } catch let damage as CheckpointDamage {
      try session.end(with: "\(damage)")
    }
    guard let point else {
      if path.isEmpty {
        say("\(source) has no checkpoint to go on from: this run starts anew")
        return nil
      }
      try session.end(with: "\(path): there is no checkpoint here, nor a run that has one")
    }
    if let change = point.changes(in: config, allowed: allowed).first {
      try session.end(
        with:
          "the run of \(point.path) had \(change.key) \(change.was ?? "none"), and this one has "
          + "\(change.value ?? "none"): a run goes on as it began, but for parallel, output, and what "
          + "--allow-change names")
    }
    let isCheckpoint = point.path == source
    let earlier = isCheckpoint ? RunFolder.run(ofCheckpoint: source) : source
    say("goes on from \(point.path), after step \(point.step)")
    return Resumption(
      point: point, sees: sees, earlier: earlier, continuesFolder: !isCheckpoint)
  }
}

extension RankSession {
  /// Ends all ranks, which know the same, with words of the first.
  func end(with words: String) throws -> Never {
    if speaks { Console.complain(words) }
    try finish()
    throw ExitCode.failure
  }
}
