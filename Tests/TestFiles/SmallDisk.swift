internal import Foundation

/// A file system of a few pages of 4 KiB at a folder of its own, gone with it.
package final class SmallDisk {
  private let folder: TemporaryFolder
  package let path: String

  /// Whether this process may mount one.
  package static let isPermitted = (try? SmallDisk()) != nil

  private struct NotPermitted: Error {}

  package init(pages: Int = 16) throws {
    folder = try TemporaryFolder()
    path = folder.path
    guard mount("tmpfs", path, "tmpfs", 0, "size=\(4 * pages)k") == 0 else { throw NotPermitted() }
  }

  deinit { umount2(path, 2) }

  package func file(_ name: String) -> String { folder.file(name) }

  package var names: [String] { get throws { try folder.names } }

  package func read(_ name: String) throws -> [UInt8] { try folder.read(name) }

  package func write(_ bytes: [UInt8], to name: String) throws {
    try folder.write(bytes, to: name)
  }
}
