internal import Glibc

/// A folder that files of a run can be written to.
public struct OutputDirectory: Hashable, Sendable {
  /// The folder's path.
  public let path: String

  /// Makes the folder and those above it where they are missing, and tries a file of one byte in it,
  /// so that a run that couldn't save its weights ends before it starts.
  /// - Throws: `FileError.unwritable` for a folder that can't be made or written to.
  public init(_ path: String) throws(FileError) {
    try makeDirectory(path)
    let trial = "\(path)/.partita-\(getpid()).part"
    TemporaryPaths.add(trial)
    defer {
      unlink(trial)
      TemporaryPaths.forget(trial)
    }
    do { try DurableFile.write([0], to: trial) } catch {
      throw .unwritable(path: path, reason: error.reason)
    }
    self.path = path
  }

  /// The path of the file `name` in the folder.
  public func file(_ name: String) -> String { "\(path)/\(name)" }
}

/// Makes the folder `path` and those above it; one that is there already is fine.
package func makeDirectory(_ path: String) throws(FileError) {
  var status = stat()
  if stat(path, &status) == 0 {
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw .unwritable(path: path, reason: "it is a file, not a folder")
    }
    return
  }
  let above = folder(of: path)
  if above != path { try makeDirectory(above) }
  guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
    throw .unwritable(path: path, reason: lastSystemError())
  }
}

/// The path of the folder that `path` lies in: "." for a bare name.
package func folder(of path: String) -> String {
  let trimmed = withoutSlash(path)
  guard let slash = trimmed.lastIndex(of: "/") else { return "." }
  return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
}

/// The path of a folder without the slash that it may end in; "/" stays.
package func withoutSlash(_ path: String) -> String {
  path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
}

/// Whether there is a folder at `path`.
package func isDirectory(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// Whether there is a plain file at `path`.
package func isFile(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
}
