public import PartitaFiles

/// Open MPI's file of hosts: a name in each line, with `slots=N` for the ranks that it takes.
public struct HostFile: Hashable, Sendable {
  /// A host.
  public struct Host: Hashable, Sendable {
    /// Its name or address.
    public let name: String
    /// The ranks that it takes.
    public let slots: Int
  }

  /// The hosts, in the file's order.
  public let hosts: [Host]

  /// The ranks that all of them take.
  public var slots: Int { hosts.reduce(0) { $0 + $1.slots } }

  /// The file, as a launcher reads it.
  package func text(for kind: LauncherKind) -> String {
    let between = kind == .openMPI ? " slots=" : ":"
    return hosts.map { "\($0.name)\(between)\($0.slots)\n" }.joined()
  }

  /// A single host, for one rank.
  public init(host: String) { hosts = [Host(name: host, slots: 1)] }

  /// Reads a file.
  /// - Throws: `FileError` for a file that can't be read, names no host, or gives a number of slots
  ///   that is none.
  public init(contentsOf path: String) throws(FileError) {
    try self.init(try readText(path, atMost: 1 << 24), name: path)
  }

  /// Reads text; `name` is what errors call it.
  /// - Throws: `FileError.malformed`.
  public init(_ text: String, name: String) throws(FileError) {
    var hosts: [Host] = []
    for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
      guard let host = words.first else { continue }
      var slots = 1
      for word in words.dropFirst() where word.hasPrefix("slots=") {
        guard let count = Int(word.dropFirst(6)), count > 0, count < 1 << 20 else {
          throw .malformed(path: name, problem: "line \(number + 1): \(word) is no number of ranks")
        }
        slots = count
      }
      hosts.append(Host(name: String(host), slots: slots))
    }
    guard !hosts.isEmpty else { throw .malformed(path: name, problem: "it names no host") }
    self.hosts = hosts
  }

  private init(hosts: [Host]) { self.hosts = hosts }

  /// The hosts that answer.
  public func reachable(_ answers: (Host) -> Bool) -> HostFile {
    HostFile(hosts: hosts.filter(answers))
  }
}
