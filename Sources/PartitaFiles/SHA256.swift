internal import CCrypto

/// The SHA-256 of bytes that come piece by piece.
package final class SHA256 {
  private let context: OpaquePointer
  // OpenSSL's digests fail only without memory or without the algorithm; neither leaves a run.
  private static let problem = "libcrypto has no SHA-256"

  /// Begins an empty digest.
  package init() {
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      preconditionFailure(Self.problem)
    }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Takes further bytes.
  package func update(_ bytes: UnsafeRawBufferPointer) {
    precondition(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1, Self.problem)
  }

  /// The digest of all bytes so far as 64 hex digits; call it once.
  package func hexadecimal() -> String {
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    precondition(EVP_DigestFinal_ex(context, &digest, nil) == 1, Self.problem)
    return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// The digest of an array as 64 hex digits.
  package static func hexadecimal(of bytes: [UInt8]) -> String {
    let digest = SHA256()
    bytes.span.bytes.withUnsafeBytes { digest.update($0) }
    return digest.hexadecimal()
  }
}
