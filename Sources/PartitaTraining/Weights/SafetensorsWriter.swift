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
  /// - Throws: `FileError.malformed` where two have, `.unwritable` with what the system says.
  public static func write(
    _ tensors: [NamedTensor], metadata: [String: String] = [:], to path: String
  ) throws(FileError) {
    let ordered = tensors.inNameOrder()
    for (tensor, next) in zip(ordered, ordered.dropFirst()) where tensor.name == next.name {
      throw .malformed(path: path, problem: "two tensors are called \"\(tensor.name)\"")
    }
    let header = header(of: ordered, metadata: metadata)
    let file = try AtomicFile(path)
    try write(UInt64(header.count), to: file)
    try header.span.bytes.withUnsafeBytes { (bytes) throws(FileError) in try file.write(bytes) }
    for tensor in ordered {
      try tensor.values.withLittleEndianBytes { (bytes) throws(FileError) in
        try file.write(bytes)
      }
    }
    try file.commit()
  }

  private static func header(of tensors: [NamedTensor], metadata: [String: String]) -> [UInt8] {
    var members: [(String, JSON)] = []
    if !metadata.isEmpty {
      let notes = metadata.sorted { $0.key < $1.key }.map { ($0.key, JSON.string($0.value)) }
      members.append((metadataKey, JSON(members: notes)))
    }
    var offset = 0
    for tensor in tensors {
      let end = offset + 4 * tensor.values.count
      let entry: JSON = [
        "dtype": "F32",
        "shape": .array(tensor.shape.map { .integer($0) }),
        "data_offsets": [.integer(offset), .integer(end)],
      ]
      members.append((tensor.name, entry))
      offset = end
    }
    var bytes = Array(JSON(members: members).description.utf8)
    while !bytes.count.isMultiple(of: 8) { bytes.append(UInt8(ascii: " ")) }
    return bytes
  }

  private static func write(
    _ length: UInt64, to file: borrowing AtomicFile
  ) throws(FileError) {
    let bytes: [UInt8] = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
    try bytes.span.bytes.withUnsafeBytes { (bytes) throws(FileError) in try file.write(bytes) }
  }
}
