internal import PartitaFiles

/// Bytes of a file, mapped or inflated, and who keeps them: they are there as long as this value.
struct ByteRegion: @unchecked Sendable {
  // What is pointed to is never written after the region is made.
  private let owner: any AnyObject & Sendable
  private let bytes: UnsafeRawBufferPointer

  /// All of a mapped file.
  init(_ file: MappedFile) {
    owner = file
    bytes = file.bytes
  }

  /// Memory that `owner` keeps.
  init(_ bytes: UnsafeRawBufferPointer, of owner: any AnyObject & Sendable) {
    self.owner = owner
    self.bytes = bytes
  }

  var count: Int { bytes.count }

  /// A part of the region, which must lie inside.
  subscript(range: Range<Int>) -> ByteRegion {
    ByteRegion(UnsafeRawBufferPointer(rebasing: bytes[range]), of: owner)
  }

  /// The byte at `offset`, which must lie inside.
  @inline(__always)
  subscript(offset: Int) -> UInt8 { withBytes { $0[offset] } }

  /// The little-endian number of `size` bytes at `offset`, which must lie inside; at most 8 bytes.
  func number(at offset: Int, size: Int) -> UInt64 {
    withBytes { $0[offset..<(offset + size)].reversed().reduce(0) { $0 << 8 | UInt64($1) } }
  }

  /// The bytes of `range`, which must lie inside, as text; what is no UTF-8 is replaced.
  func text(_ range: Range<Int>) -> String {
    withBytes { String(decoding: $0[range], as: UTF8.self) }
  }

  /// Calls `body` with the bytes, which stay until it returns.
  @inline(__always)
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withExtendedLifetime(owner) { body(bytes) }
  }
}
