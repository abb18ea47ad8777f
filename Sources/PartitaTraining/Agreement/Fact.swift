/// Something that each rank found out by itself, and that all must have alike (law 9).
public struct Fact: Hashable, Sendable, Codable {
  /// What it is of, in words for people: `training.learning_rate`, `data.path`.
  public let name: String
  /// What the rank found: words, or the digest of bytes. Nil on a rank that has no need of it; such
  /// a rank is compared with none.
  public let value: String?
  /// Whether the value is a digest, which nobody wants to read.
  public let isDigest: Bool

  /// A fact in words.
  public init(_ name: String, _ value: String?) {
    self.name = name
    self.value = value
    isDigest = false
  }

  /// A fact about bytes.
  public init(_ name: String, digest: String?) {
    self.name = name
    value = digest
    isDigest = true
  }
}
