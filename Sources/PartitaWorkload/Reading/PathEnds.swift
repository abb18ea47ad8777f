internal import Foundation

/// Names for files that would have one name: the shortest ends of their paths that tell them apart.
enum PathEnds {
  /// The names, but for those that several files have: such files are called by their paths' ends,
  /// without what follows the last dot, and one that is there twice by a number, too.
  static func names(_ names: [String], of paths: [String]) -> [String] {
    var told = names
    for (_, files) in Dictionary(grouping: names.indices, by: { names[$0] }) where files.count > 1 {
      let parts = files.map {
        URL(fileURLWithPath: paths[$0]).deletingPathExtension().pathComponents
      }
      let longest = parts.map(\.count).max() ?? 1
      func ends(_ depth: Int) -> [String] {
        parts.map { $0.suffix(depth).joined(separator: "/") }
      }
      let different = Set(parts).count
      let depth = (1...longest).first { Set(ends($0)).count == different } ?? longest
      for (file, end) in zip(files, ends(depth)) { told[file] = end }
    }
    var seen: [String: Int] = [:]
    return told.map { name in
      let count = seen[name, default: 0] + 1
      seen[name] = count
      return count == 1 ? name : "\(name) (\(count))"
    }
  }
}
