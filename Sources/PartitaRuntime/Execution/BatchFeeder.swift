public import PartitaGraph

/// Whoever knows the data: writes samples of the current batch to memory of the host, and reads what
/// the network says of them.
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

  /// Reads the outputs of the given samples of the current global batch, Float32 in row-major order;
  /// called where the model tells them (`ModelGraph.tellsOutputs`).
  ///
  /// - Parameters:
  ///   - outputs: valid until it returns.
  ///   - samples: places in the global batch.
  func read(outputs: UnsafeRawBufferPointer, samples: Range<Int>)
}

extension BatchFeeder {
  /// Takes no notice: who trains doesn't ask.
  public func read(outputs: UnsafeRawBufferPointer, samples: Range<Int>) {}
}
