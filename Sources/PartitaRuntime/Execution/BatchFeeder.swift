public import PartitaGraph

/// Whoever knows the data: writes samples of the current batch to memory of the host.
///
/// Every rank that reads inputs or labels has its own; none is ever sent between ranks.
public protocol BatchFeeder: AnyObject {
  /// Writes the given samples of the current global batch, one behind the other.
  ///
  /// It is called within steps, so it allocates nothing (law 5).
  ///
  /// - Parameters:
  ///   - role: `.input`, `.label` or `.sampleWeight`.
  ///   - samples: places in the global batch.
  ///   - target: room for exactly these samples, in memory of the host.
  func fill(_ role: VariableRole, samples: Range<Int>, into target: UnsafeMutableRawBufferPointer)
}
