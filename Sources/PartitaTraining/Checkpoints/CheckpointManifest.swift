internal import PartitaFiles

/// What a checkpoint consists of: every file with its bytes and digest, every tensor with its own.
///
/// The file's first line is the SHA-256 of all that follows it; the whole is JSON.
struct CheckpointManifest: Hashable, Codable {
  /// A file.
  struct File: Hashable, Codable {
    let name: String
    let bytes: Int
    let sha256: String
  }

  /// A tensor.
  struct Tensor: Hashable, Codable {
    let name: String
    let file: String
    let sha256: String
  }

  /// What the writer of a shard knows of it.
  struct WrittenShard: Hashable, Codable {
    let file: String
    let bytes: Int
    let sha256: String
    /// The digests of its tensors, in their order.
    let tensors: [String]
  }

  static let fileName = "manifest.json"
  /// The only version of the format that there is.
  static let version = 1

  var format = "partita-checkpoint"
  var version = CheckpointManifest.version
  /// The steps that the weights have seen.
  let step: Int
  /// In the order of their names.
  let files: [File]
  /// In the order of files.
  let tensors: [Tensor]

  private static let opening = "{\"sha256\":\""

  /// The file.
  func bytes() throws -> [UInt8] {
    let rest = Array(try JSON.text(of: self, .line).utf8.dropFirst())
    return Array("\(Self.opening)\(SHA256.hexadecimal(of: rest))\",\n".utf8) + rest
  }

  /// Reads the file; anything but what was written is refused.
  init(bytes: [UInt8]) throws(CheckpointDamage) {
    let end = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    let rest = Array(bytes[min(end + 1, bytes.count)...])
    let line = Array("\(Self.opening)\(SHA256.hexadecimal(of: rest))\",".utf8)
    guard Array(bytes[..<end]) == line else {
      throw CheckpointDamage("\(Self.fileName) is damaged: its digest is another")
    }
    do { self = try JSON.value(CheckpointManifest.self, from: bytes) } catch {
      throw CheckpointDamage("\(Self.fileName): \(decodingWords(error, in: bytes))")
    }
    guard version == Self.version else {
      throw CheckpointDamage(
        "\(Self.fileName) is of version \(version) of the format, and this Partita reads \(Self.version)"
      )
    }
  }

  init(step: Int, files: [File], tensors: [Tensor]) {
    self.step = step
    self.files = files.sorted { $0.name < $1.name }
    self.tensors = tensors
  }
}

/// What is wrong with a checkpoint.
public struct CheckpointDamage: Error, Hashable, CustomStringConvertible {
  public let description: String
  init(_ description: String) { self.description = description }
}
