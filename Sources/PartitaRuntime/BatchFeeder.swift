public import PartitaGraph

/// Whoever knows the data: writes samples of the current batch straight into the arena.
///
/// Every rank that reads inputs or labels has its own; none is ever sent between ranks.
public protocol BatchFeeder: AnyObject {
  /// Writes the given samples of the current global batch, one behind the other.
  ///
  /// - Parameters:
  ///   - role: `.input` or `.label`.
  ///   - samples: places in the global batch.
  ///   - target: room for exactly these samples.
  func fill(_ role: VariableRole, samples: Range<Int>, into target: UnsafeMutableRawBufferPointer)
}
