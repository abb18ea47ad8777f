public import PartitaFiles

/// A file that traces are written to, for Perfetto and Chrome.
public struct TraceFile: Hashable, Sendable {
  /// The file's path.
  public let path: String

  /// Makes the folder where it is missing, and makes sure that the file can be written, so that a
  /// run whose trace couldn't be saved ends before it starts. What is at the path stays.
  /// - Throws: `FileError.unwritable` for a folder, an empty path, or a folder that can't be made.
  public init(_ path: String) throws(FileError) {
    let isFolder = path.hasSuffix("/") || isDirectory(path)
    guard !path.isEmpty, !isFolder else {
      throw .unwritable(
        path: path, reason: isFolder ? "it is a folder, not a file" : "it has no name")
    }
    _ = try OutputDirectory(folder(of: path))
    self.path = path
  }

  /// Writes the traces side by side, one process each.
  ///
  /// - Parameters:
  ///   - traces: what is compared, for instance what was measured and what had been predicted.
  ///   - notes: what else a reader should know.
  /// - Throws: `FileError.unwritable` with what the system says.
  public func write(
    _ traces: [(name: String, trace: Trace)], notes: [(key: String, text: String)] = []
  ) throws(FileError) {
    try AtomicText.write(Perfetto.json(traces, notes: notes), to: path)
  }
}
