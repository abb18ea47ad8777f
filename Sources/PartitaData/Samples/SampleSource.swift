/// Samples that can be copied, any of them in any order, into a caller's memory.
///
/// Calls neither allocate nor fail: all checks are done when the source is made. An index is below
/// ``count``; a sample is written right behind the one before it, in row-major order.
public protocol SampleSource: Sendable {
  /// The number of samples in an epoch.
  var count: Int { get }

  /// Writes the inputs of `samples` as they are in `epoch`: Float32 or Int32 elements, as the
  /// dataset's input type says. `memory` has room for exactly so many.
  func write(
    inputs samples: Span<Int>, epoch: Int, into memory: UnsafeMutableRawBufferPointer)

  /// Writes the class numbers of `samples`, one or more each, to the start of `memory`.
  func write(
    classes samples: Span<Int>, epoch: Int, into memory: UnsafeMutableBufferPointer<Int32>)

  /// Calls `body` with all that the samples consist of, piece by piece: equal bytes, equal samples.
  ///
  /// - Returns: whether it does; the standard one doesn't, and the samples are written to know them.
  func withContents(_ body: (UnsafeRawBufferPointer) -> Void) -> Bool
}

extension SampleSource {
  public func withContents(_ body: (UnsafeRawBufferPointer) -> Void) -> Bool { false }
}
