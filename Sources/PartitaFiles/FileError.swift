internal import PartitaKeys

/// What can go wrong with a file of a run.
public enum FileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file can't be read.
  case unreadable(path: String, reason: String)
  /// The file or the folder can't be written.
  case unwritable(path: String, reason: String)
  /// The file was read, and its contents are not what its format says.
  case malformed(path: String, problem: String)

  /// The error in a sentence: where, what, and what would fit.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path): can't read this file: \(reason)"
    case .unwritable(let path, let reason): "\(path): can't write here: \(reason)"
    case .malformed(let path, let problem): "\(path): \(problem.shortened(to: 1200))"
    }
  }

  /// What the system or the format said, without the path.
  public var reason: String {
    switch self {
    case .unreadable(_, let reason), .unwritable(_, let reason): reason
    case .malformed(_, let problem): problem
    }
  }
}
