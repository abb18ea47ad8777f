import ArgumentParser
import Foundation
import PartitaConfig
import PartitaDevice
import PartitaFiles
import PartitaMPI
import PartitaTraining
import PartitaTransport

/// The folder of a run: rank 0 holds it and writes its journal, and all know where it is.
struct RunOutput {
  /// What rank 0 writes; nil elsewhere.
  let journal: Journal?
  let place: RunControl.Place

  /// Takes the folder; every rank must.
  init(
    _ prepared: PreparedRun, _ resumption: Resumption?, _ session: RankSession, json: Bool
  ) throws {
    let config = prepared.experiment.config
    let journal = try session.prepare { () -> (journal: Journal, path: String)? in
      guard session.speaks else { return nil }
      let folder =
        if let resumption, resumption.continuesFolder, let earlier = resumption.earlier {
          try RunFolder.reclaim(earlier)
        } else {
          try RunFolder.claim(config.output.directory, config.output.existing)
        }
      let document = RunDocument(
        prepared.experiment, command: CommandLine.arguments,
        libraries: ["device": try makeDevice().kind, "mpi": session.library],
        digests: prepared.digests, resumedFrom: resumption?.point.path)
      let earlier = resumption.flatMap { point in
        point.earlier.map { (folder: $0, step: point.point.step) }
      }
      if let resumption, resumption.continuesFolder {
        RunFolder.removeCheckpoints(of: folder, behind: resumption.point.step)
      }
      return (
        try Journal(
          prepared.experiment, in: folder, document, continuing: earlier, json: json),
        folder.path
      )
    }
    let path = try session.transport.share(journal?.path ?? "")
    self.journal = journal?.journal
    place = RunControl.Place(
      folder: path, sees: try session.transport.seeing(path), dataDigest: prepared.dataDigest)
  }
}

extension Transport {
  /// For each rank, whether it sees a folder of rank 0's: rank 0 puts a file there for the others to
  /// find. Every rank must call it.
  func seeing(_ folder: String) throws -> [Bool] {
    guard size > 1 else { return [true] }
    let name = ".seen-\(UUID().uuidString)"
    let token = try share(rank == 0 ? name : "")
    let path = "\(folder)/\(token)"
    if rank == 0 {
      TemporaryPaths.add(path)
      try? AtomicText.write(token, to: path)
    }
    try barrier()
    let sees = rank == 0 || (try? readFile(path)).map { $0 == Array(token.utf8) } == true
    let all = try collect(sees)
    if rank == 0 {
      removeTree(path)
      TemporaryPaths.forget(path)
    }
    return all
  }
}
