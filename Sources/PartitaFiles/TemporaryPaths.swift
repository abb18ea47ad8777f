internal import Glibc
internal import Synchronization

/// The files and folders of this process that must not outlive it: what ends the process early
/// removes them.
package enum TemporaryPaths {
  private static let paths = Mutex<Set<String>>([])

  /// Notes a path before something is made there.
  package static func add(_ path: String) { paths.withLock { _ = $0.insert(path) } }

  /// Forgets a path: it is gone, or has come to stay.
  package static func forget(_ path: String) { paths.withLock { _ = $0.remove(path) } }

  /// Removes all of them, folders with what they hold.
  package static func removeAll() {
    let all = paths.withLock { paths in
      defer { paths = [] }
      return paths
    }
    for path in all { removeTree(path) }
  }
}

/// Removes a file, or a folder with all that it holds, as far as that can be.
package func removeTree(_ path: String) {
  guard unlink(path) != 0, isDirectory(path) else { return }
  for name in entries(of: path) { removeTree("\(path)/\(name)") }
  rmdir(path)
}

/// The names in a folder, in the order of their bytes; none where it can't be read.
package func entries(of folder: String) -> [String] {
  guard let stream = opendir(folder) else { return [] }
  defer { closedir(stream) }
  var names: [String] = []
  while let entry = readdir(stream) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
      field.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != ".", name != ".." { names.append(name) }
  }
  return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}
