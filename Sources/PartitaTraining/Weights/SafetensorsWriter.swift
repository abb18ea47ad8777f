public import PartitaFiles

/// Writing and reading of safetensors files with float32 tensors.
///
/// The format: the length of the header in 8 little-endian bytes; the header, a JSON object from
/// names to `dtype`, `shape` and `data_offsets`, padded with blanks to a multiple of 8; the
/// tensors, without gaps. Source: github.com/huggingface/safetensors, README, "Format".
public enum Safetensors {
  /// The header's name for notes that are no tensor.
  static let metadataKey = "__metadata__"

  /// Writes `tensors` in name order, and `metadata` beside them, to a file at `path`.
  ///
  /// The file appears whole or not at all. Two tensors must not have one name.
  /// - Returns: the file's SHA-256, as 64 hex digits.
  /// - Throws: `FileError.malformed` where two have, `.unwritable` with what the system says.
  @discardableResult
  public static func write(
    _ tensors: [NamedTensor], metadata: [String: String] = [:], to path: String
  ) throws(FileError) -> String {
    let ordered = tensors.inNameOrder()
    for (tensor, next) in zip(ordered, ordered.dropFirst()) where tensor.name == next.name {
      throw .malformed(path: path, problem: "two tensors are called \"\(tensor.name)\"")
    }
    let header = SafetensorsHeader.text(
      of: ordered.map { ($0.name, "F32", $0.shape, 4 * $0.values.count) }, metadata: metadata)
    let file = try AtomicFile(path)
    let digest = SHA256()
    try header.span.bytes.withUnsafeBytes { (bytes) throws(FileError) in
      digest.update(bytes)
      try file.write(bytes)
    }
    for tensor in ordered {
      try tensor.values.withLittleEndianBytes { (bytes) throws(FileError) in
        digest.update(bytes)
        try file.write(bytes)
      }
    }
    try file.commit()
    return digest.hexadecimal()
  }
}
