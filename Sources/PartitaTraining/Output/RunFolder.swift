public import PartitaConfig
public import PartitaFiles

/// The folder of one run, held by rank 0 while the run lives: nothing of another run is in it.
public final class RunFolder {
  /// The folder.
  public let path: String
  private let lock: FolderLock

  private init(_ path: String, _ lock: FolderLock) {
    self.path = path
    self.lock = lock
  }

  /// The files that a run leaves.
  private static let files = [
    RunDocument.fileName, "config.yaml", "metrics.jsonl", "weights.safetensors",
    "best.safetensors", "checkpoints",
  ]

  /// Takes a folder for a new run.
  /// - Throws: `FileError.unwritable` where it can't be written, is held by another run, or holds a
  ///   run that must stay.
  public static func claim(_ path: String, _ existing: ExistingRun) throws(FileError) -> RunFolder {
    if existing == .version { return try claimFree(path) }
    let lock = try FolderLock(path)
    if holdsRun(path) {
      guard existing == .replace else {
        throw .unwritable(
          path: path,
          reason: "it holds a run: choose another output.directory, or output.existing version or "
            + "replace")
      }
      for file in files { removeTree("\(path)/\(file)") }
    }
    return RunFolder(path, lock)
  }

  /// Takes the folder, or the first free of its versions.
  private static func claimFree(_ path: String) throws(FileError) -> RunFolder {
    for version in 1... {
      let candidate = self.path(path, version: version)
      if holdsRun(candidate) || FolderLock.isHeld(candidate) { continue }
      let lock: FolderLock
      do { lock = try FolderLock(candidate) } catch {
        // Somebody else was faster.
        if FolderLock.isHeld(candidate) { continue }
        throw error
      }
      if !holdsRun(candidate) { return RunFolder(candidate, lock) }
    }
    preconditionFailure("there is no end to numbers")
  }

  /// Takes the folder of a run that goes on.
  /// - Throws: `FileError.unwritable` where it is held by another run, or can't be written.
  public static func reclaim(_ path: String) throws(FileError) -> RunFolder {
    RunFolder(path, try FolderLock(path))
  }

  /// The newest run of a folder and its versions that has not finished and that nobody holds; nil
  /// where there is none.
  public static func newestUnfinished(of path: String) -> String? {
    var newest: (path: String, start: String)?
    for version in 1... {
      let candidate = self.path(path, version: version)
      guard isDirectory(candidate) else { break }
      guard let document = try? RunDocument.read(candidate), !document.isFinished,
        !FolderLock.isHeld(candidate)
      else { continue }
      if newest.map({ $0.start <= document.started }) ?? true {
        newest = (candidate, document.started)
      }
    }
    return newest?.path
  }

  /// The path of a file of the run.
  public func file(_ name: String) -> String { "\(path)/\(name)" }

  private static func path(_ path: String, version: Int) -> String {
    guard version > 1 else { return path }
    return "\(withoutSlash(path))-\(version)"
  }

  private static func holdsRun(_ path: String) -> Bool {
    files.contains { isFile("\(path)/\($0)") || isDirectory("\(path)/\($0)") }
  }
}

extension RunFolder {
  /// The folder of the run that a checkpoint is of, nil where it lies elsewhere.
  public static func run(ofCheckpoint path: String) -> String? {
    let run = folder(of: folder(of: path))
    return hasDocument(run) ? run : nil
  }

  /// The step of a run's newest checkpoint, nil where it has none.
  public static func newestCheckpoint(of run: String) -> Int? {
    CheckpointFolder(ofRun: run).steps.first
  }

  /// Whether a folder says that it is a run's.
  public static func hasDocument(_ path: String) -> Bool {
    isFile("\(path)/\(RunDocument.fileName)")
  }

  /// Whether somebody trains in a folder at the moment.
  public static func isHeld(_ path: String) -> Bool { FolderLock.isHeld(path) }

  /// The lines of a run's metrics, empty where it has none.
  /// - Throws: `FileError.unreadable` with what the system says.
  public static func metrics(of run: String) throws(FileError) -> String {
    let path = "\(run)/metrics.jsonl"
    return isFile(path) ? String(decoding: try readFile(path), as: UTF8.self) : ""
  }

  /// Removes a run's checkpoints behind a step, from which it goes on another time.
  public static func removeCheckpoints(of folder: RunFolder, behind step: Int) {
    let checkpoints = CheckpointFolder(ofRun: folder.path)
    checkpoints.removeAll(behind: step)
    checkpoints.prune(keeping: .max)
  }
}
