/// Tells what `mpirun` itself says on standard error from what ranks say.
///
/// Open MPI writes a notice between two lines of dashes, and some short lines behind its name. It
/// repeats, in eleven lines, that a rank ended badly, which the rank has said in one; but it is alone in
/// knowing that it found no program, no host, or no room. So notices are kept apart, and whoever launches
/// says them where nothing else is said. Version 4.1 has a setting that leaves all of them away, those
/// that matter too; version 5 has none.
package struct LauncherNotices: Hashable {
  /// What was said so far, each notice without its border.
  package private(set) var notices: [String] = []
  private var open: [String]?
  /// A notice has far fewer lines: more is somebody else's text behind a line of dashes.
  private static let mostLines = 60
  private static let names = ["mpirun: ", "mpiexec: ", "prterun: ", "orterun: "]

  /// Nothing was said yet.
  package init() {}

  /// Takes the next line, and brings those that are to be passed on now: none in a notice.
  package mutating func take(_ line: String) -> [String] {
    let isBorder = line.utf8.count >= 60 && line.allSatisfy { $0 == "-" }
    guard let lines = open else {
      if isBorder {
        open = [line]
        return []
      }
      guard Self.isOwn(line) else { return [line] }
      notices.append(line)
      return []
    }
    guard !isBorder else {
      add(lines.dropFirst())
      return []
    }
    open?.append(line)
    return lines.count < Self.mostLines ? [] : end()
  }

  /// Ends the text, and brings what looked like a notice and was none.
  package mutating func end() -> [String] {
    defer { open = nil }
    return open ?? []
  }

  /// What explains an end that nobody else explains: that some rank ended badly doesn't.
  package var explanations: [String] {
    notices.filter { notice in
      !["non-zero", "exited on", "MPI_ABORT was invoked", "help message"].contains {
        notice.contains($0)
      }
    }
  }

  /// The rank that a signal ended, and its host; nil where that wasn't said.
  package var killed: (rank: String, host: String)? {
    for notice in notices {
      let words = notice.split(whereSeparator: \.isWhitespace).map(String.init)
      guard words.joined(separator: " ").contains("exited on signal") else { continue }
      guard let rank = words.firstIndex(of: "rank"), let node = words.firstIndex(of: "node"),
        rank + 1 < words.count, node + 1 < words.count
      else { continue }
      return (words[rank + 1], words[node + 1])
    }
    return nil
  }

  private mutating func add(_ lines: some Sequence<String>) {
    let text = lines.joined(separator: "\n")
    if text.contains(where: { !$0.isWhitespace }) { notices.append(text) }
    open = nil
  }

  private static func isOwn(_ line: String) -> Bool {
    names.contains { line.hasPrefix($0) }
      || line.hasPrefix("[")
        && (line.contains("sent help message") || line.contains("orte_base_help_aggregate"))
  }
}
