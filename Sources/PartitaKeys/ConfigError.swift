/// Where a setting was written.
public enum ConfigOrigin: Hashable, Sendable, CustomStringConvertible {
  /// A line of a file, counted from 1.
  case file(String, line: Int)
  /// An override of the command line, as it was typed.
  case override(String)

  /// The place as compilers print it: `name:line`.
  public var description: String {
    switch self {
    case .file(let name, let line): "\(name):\(line)"
    case .override(let text): "--set \(text.shortened())"
    }
  }
}

/// What can be wrong with a configuration; each case prints where, what, and what would fit.
public enum ConfigError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file can't be read.
  case unreadable(file: String, reason: String)
  /// The text is not YAML, or is YAML of a form that no configuration has.
  case notYAML(ConfigOrigin, problem: String)
  /// A mapping has the same key twice.
  case duplicateKey(ConfigOrigin, keys: [String])
  /// A key that nothing reads. `setting` is the choice that the known keys belong to, if any.
  case unknownKey(ConfigOrigin, path: String, setting: String?, known: [String])
  /// A key that must be there and isn't.
  case missingKey(ConfigOrigin, path: String, expected: String)
  /// A value that is none of the names allowed.
  case unknownName(ConfigOrigin, path: String, found: String, known: [String])
  /// A value of the wrong type or out of range.
  case badValue(ConfigOrigin, path: String, found: String, expected: String)
  /// Values that don't fit each other.
  case conflict(ConfigOrigin, path: String, problem: String)
  /// An override that names no place where a value could stand.
  case badOverride(String, problem: String)

  /// The error in a sentence: where, what, and what would fit.
  public var description: String {
    switch self {
    case .unreadable(let file, let reason):
      "\(file): can't read this configuration: \(reason)"
    case .notYAML(let origin, let problem):
      "\(origin): \(problem.shortened(to: 600))"
    case .duplicateKey(let origin, let keys):
      "\(origin): \(list(keys)) stands twice in one mapping; keep one"
    case .unknownKey(let origin, let path, let setting, let known):
      "\(origin): \(path.shortened()): there is no such key\(setting.map { " with \($0)" } ?? "")"
        + advice(for: path.split(separator: ".").last.map(String.init) ?? path, known: known)
    case .missingKey(let origin, let path, let expected):
      "\(origin): \(path.shortened()): this key is missing; it takes \(expected.shortened(to: 600))"
    case .unknownName(let origin, let path, let found, let known):
      "\(origin): \(path.shortened()): there is no choice \"\(found.shortened())\""
        + advice(for: found, known: known)
    case .badValue(let origin, let path, let found, let expected):
      "\(origin): \(path.shortened()): found \(found.shortened()), expected "
        + expected.shortened(to: 600)
    case .conflict(let origin, let path, let problem):
      "\(origin): \(path.shortened()): \(problem.shortened(to: 1200))"
    case .badOverride(let text, let problem):
      "--set \(text.shortened()): \(problem.shortened(to: 600))"
    }
  }

  private func advice(for name: String, known: [String]) -> String {
    if known.isEmpty { return "; there is nothing to choose from" }
    let nearest = nearestName(to: name, in: known).map { "; did you mean \"\($0)\"?" } ?? "."
    return "\(nearest) Known here: \(known.listed())"
  }

  private func list(_ names: [String]) -> String {
    names.map { "\"\($0.shortened())\"" }.listed()
  }
}
