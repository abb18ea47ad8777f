internal import Glibc

/// Memory of the host that a device copies from and to: where inputs are written, and results read.
///
/// A device whose copies are faster from page-locked memory makes it of such. It is freed with its
/// last reference.
public final class HostMemory {
  /// The memory itself: page-aligned, and zeroed when it is taken.
  public let bytes: UnsafeMutableRawBufferPointer
  private let release: () -> Void

  /// Wraps memory that a device has taken by means of its own.
  ///
  /// - Parameters:
  ///   - bytes: the memory, zeroed.
  ///   - release: gives it back; called once, with the last reference.
  public init(_ bytes: UnsafeMutableRawBufferPointer, release: @escaping () -> Void) {
    self.bytes = bytes
    self.release = release
  }

  /// Takes pageable memory.
  /// - Throws: `DeviceError.outOfMemory`.
  public convenience init(byteCount: Int) throws(DeviceError) {
    var memory: UnsafeMutableRawPointer?
    guard posix_memalign(&memory, Place.pageBytes, max(byteCount, 1)) == 0, let memory else {
      throw .outOfMemory(bytes: byteCount)
    }
    memset(memory, 0, byteCount)
    self.init(
      UnsafeMutableRawBufferPointer(start: memory, count: byteCount), release: { free(memory) })
  }

  deinit { release() }
}
