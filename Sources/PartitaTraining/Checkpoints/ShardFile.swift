internal import PartitaFiles

/// A file of a checkpoint while it is written: every byte goes into its digests.
struct ShardFile: ~Copyable {
  private let file: DurableFile
  private let whole: SHA256
  private var tensor = SHA256()
  private var left: [CheckpointLayout.Tensor]
  private var byteCount: Int
  /// Bytes that the tensor under way still needs.
  private var missing: Int
  private var digests: [String] = []
  private let shard: CheckpointLayout.Shard

  /// Starts the file in a folder with its header.
  init(_ shard: CheckpointLayout.Shard, in folder: String) throws(FileError) {
    let file = try DurableFile("\(folder)/\(shard.file)")
    let (header, whole) = (shard.header, SHA256())
    try header.span.bytes.withUnsafeBytes { (bytes) throws(FileError) in
      whole.update(bytes)
      try file.write(bytes)
    }
    self.shard = shard
    self.whole = whole
    byteCount = header.count
    left = shard.tensors.reversed()
    missing = shard.tensors.first?.byteCount ?? 0
    self.file = file
  }

  /// Appends bytes of the tensors, in their order; a piece lies within one tensor.
  mutating func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    precondition(bytes.count <= missing, "\(shard.file): more bytes than its tensor has")
    whole.update(bytes)
    tensor.update(bytes)
    byteCount += bytes.count
    missing -= bytes.count
    try file.write(bytes)
    if missing == 0 { endTensor() }
  }

  private mutating func endTensor() {
    guard left.popLast() != nil else { return }
    digests.append(tensor.hexadecimal())
    tensor = SHA256()
    missing = left.last?.byteCount ?? 0
  }

  /// Forces the file to the disk, and says what it has become.
  consuming func finish() throws(FileError) -> CheckpointManifest.WrittenShard {
    // Tensors without elements have no bytes to wait for.
    while missing == 0, !left.isEmpty { endTensor() }
    precondition(left.isEmpty, "\(shard.file): a tensor is missing")
    try file.finish()
    return CheckpointManifest.WrittenShard(
      file: shard.file, bytes: byteCount, sha256: whole.hexadecimal(), tensors: digests)
  }
}
