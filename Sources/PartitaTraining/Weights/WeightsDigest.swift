internal import PartitaFiles

/// The SHA-256 of all weights in name order, each as little-endian float32, as 64 hex digits.
///
/// Two runs have the same digest exactly when their weights are equal to the bit; names and shapes
/// don't enter.
public func weightsDigest(_ tensors: [NamedTensor]) -> String {
  let digest = SHA256()
  for tensor in tensors.inNameOrder() {
    tensor.values.withLittleEndianBytes { digest.update($0) }
  }
  return digest.hexadecimal()
}

extension [Float] {
  /// Calls `body` with the values as little-endian bytes, without a copy where the machine is so.
  func withLittleEndianBytes<Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    #if _endian(little)
      try span.bytes.withUnsafeBytes(body)
    #else
      try map(\.bitPattern.littleEndian).span.bytes.withUnsafeBytes(body)
    #endif
  }
}
