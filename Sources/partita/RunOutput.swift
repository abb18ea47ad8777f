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
    _ prepared: PreparedRun, _ resumption: Resumption?, _ session: RankSession, voice: Voice
  ) throws {
    let output = prepared.experiment.config.output
    let journal = try session.prepare { () -> Journal? in
      guard session.speaks else { return nil }
      guard let resumption else {
        return try Journal(
          prepared, session, in: try RunFolder.claim(output.directory, output.existing),
          continuing: nil, voice: voice)
      }
      let folder =
        if resumption.continuesFolder, let earlier = resumption.earlier {
          try RunFolder.reclaim(earlier)
        } else {
          try RunFolder.claim(output.directory, output.existing)
        }
      if resumption.continuesFolder {
        RunFolder.removeCheckpoints(of: folder, behind: resumption.point.step)
      }
      return try Journal(
        prepared, session, in: folder, resumedFrom: resumption.point.path,
        continuing: resumption.earlier.map { ($0, resumption.point.step) }, voice: voice)
    }
    try self.init(journal, prepared, session)
  }

  /// Goes on in the folder of an attempt that lost a rank; every survivor must. Where rank 0 was
  /// lost, the first of those who are left takes its place, and writes what the last step came to if the
  /// lost one hasn't.
  init(
    _ prepared: PreparedRun, after earlier: RunOutput?, step: Int, last: [TrainingEvent],
    _ session: RankSession, voice: Voice
  ) throws {
    let path = try session.transport.collect(earlier?.place.folder).compactMap(\.self).first
    guard let path else {
      try self.init(prepared, nil, session, voice: voice)
      return
    }
    let journal = try session.prepare { () -> Journal? in
      guard session.speaks else { return nil }
      let folder = try earlier?.journal?.folder ?? RunFolder.reclaim(path)
      RunFolder.removeCheckpoints(of: folder, behind: step)
      return try Journal(
        prepared, session, in: folder, continuing: step > 0 ? (path, step) : nil, last: last,
        voice: voice)
    }
    try self.init(journal, prepared, session)
  }

  private init(_ journal: Journal?, _ prepared: PreparedRun, _ session: RankSession) throws {
    let path = try session.transport.share(journal?.folder.path ?? "")
    self.journal = journal
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
