internal import Glibc
internal import PartitaFiles

/// The checkpoints of a run, each a folder of its own: `checkpoints/step-000000400`.
///
/// A checkpoint gets its name when all of it is on the disk, by one act of the file system; until
/// then, and again while it is removed, its name ends in `.part`.
struct CheckpointFolder: Hashable, Sendable {
  let path: String

  init(ofRun folder: String) { path = "\(folder)/checkpoints" }

  private static let prefix = "step-"
  private static let part = ".part"

  /// The path of the checkpoint after so many steps.
  func path(ofStep step: Int) -> String {
    let digits = "\(step)"
    return "\(path)/\(Self.prefix)" + String(repeating: "0", count: max(0, 9 - digits.count))
      + digits
  }

  /// The path that it has until it is whole.
  func partPath(ofStep step: Int) -> String { path(ofStep: step) + Self.part }

  /// The steps of which there are checkpoints, the newest first.
  var steps: [Int] {
    entries(of: path).compactMap { name in
      guard name.hasPrefix(Self.prefix), !name.hasSuffix(Self.part) else { return nil }
      return Int(name.dropFirst(Self.prefix.count))
    }.sorted(by: >)
  }

  /// Makes the folder of a checkpoint to be written.
  func begin(step: Int) throws(FileError) {
    let folder = partPath(ofStep: step)
    removeTree(folder)
    try makeDirectory(folder)
  }

  /// Gives a checkpoint that is whole its name, in place of an older one of the same step.
  func commit(step: Int) throws(FileError) {
    let (part, whole) = (partPath(ofStep: step), path(ofStep: step))
    try DurableFile.finish(folder: part)
    remove(whole)
    try rename(part, to: whole)
    try DurableFile.finish(folder: path)
  }

  /// Removes what has not become a checkpoint.
  func discard(step: Int) { removeTree(partPath(ofStep: step)) }

  /// Removes all checkpoints but the newest so many, and what earlier processes left half done.
  func prune(keeping count: Int) {
    for step in steps.dropFirst(max(1, count)) { remove(path(ofStep: step)) }
    for name in entries(of: path) where name.hasSuffix(Self.part) { removeTree("\(path)/\(name)") }
  }

  /// Removes the checkpoints behind a step: of another future than the one that begins there.
  func removeAll(behind step: Int) {
    for other in steps where other > step { remove(path(ofStep: other)) }
  }

  /// Removes a checkpoint, which must not look whole while it is half gone.
  private func remove(_ folder: String) {
    guard isDirectory(folder) else { return }
    let gone = "\(folder)-\(getpid())\(Self.part)"
    do { try rename(folder, to: gone) } catch { return }
    removeTree(gone)
  }
}
