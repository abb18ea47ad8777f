import CCrypto

/// The SHA-256 of all parameters in name order, each as little-endian float32, as 64 hex digits.
///
/// Two runs have the same digest exactly when their weights are equal to the bit; names and shapes
/// don't enter.
public func weightsDigest(_ tensors: [NamedTensor]) -> String {
  let context = EVP_MD_CTX_new()
  defer { EVP_MD_CTX_free(context) }
  var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
  // OpenSSL's digests fail only without memory or without the algorithm; neither leaves a run.
  var succeeded = EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
  for tensor in tensors.inNameOrder() {
    tensor.values.withLittleEndianBytes { bytes in
      succeeded = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1 && succeeded
    }
  }
  succeeded = EVP_DigestFinal_ex(context, &digest, nil) == 1 && succeeded
  precondition(succeeded, "libcrypto has no SHA-256")
  return hexadecimal(digest)
}

/// Two digits for each byte.
func hexadecimal(_ bytes: [UInt8]) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
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
