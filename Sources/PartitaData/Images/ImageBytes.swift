internal import PartitaFiles

/// The bytes of images, kept once however many parts of a set look at them: in memory, or in a file
/// that the system reads where they are needed.
package struct ImageBytes: Sendable {
  private enum Place {
    case memory([UInt8])
    case file(ByteRegion)
  }

  private let place: Place

  /// Bytes in memory.
  init(_ bytes: [UInt8]) { place = .memory(bytes) }

  /// The bytes of a file from `offset` on, which it must have.
  init(_ file: MappedFile, from offset: Int) {
    place = .file(ByteRegion(file)[offset..<file.bytes.count])
  }

  /// Calls `body` with all of them. Allocates nothing.
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    switch place {
    case .memory(let bytes): bytes.withUnsafeBytes(body)
    case .file(let region): region.withBytes(body)
    }
  }

  /// A copy.
  var array: [UInt8] { withBytes { Array($0) } }
}
