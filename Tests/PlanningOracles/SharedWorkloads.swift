internal import Foundation

/// The workloads that other projects published; they lie beside the package where they are at hand.
package enum SharedWorkloads {
  /// Where they would lie.
  package static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "shared/workloads").path

  /// Whether they do.
  package static var exist: Bool { FileManager.default.fileExists(atPath: folder) }
}
