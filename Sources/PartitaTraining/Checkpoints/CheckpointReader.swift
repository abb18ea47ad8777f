internal import PartitaFiles

/// A checkpoint on the disk, read and checked piece by piece.
struct CheckpointReader: Sendable {
  let path: String
  let manifest: CheckpointManifest
  let state: CheckpointState
  private let digests: [String: String]

  /// A checkpoint whose manifest and state another rank has read.
  init(path: String, manifest: CheckpointManifest, state: CheckpointState) {
    self.path = path
    self.manifest = manifest
    self.state = state
    digests = Dictionary(
      manifest.tensors.map { ("\($0.file)/\($0.name)", $0.sha256) }, uniquingKeysWith: { $1 })
  }

  /// Reads manifest and state; the tensors wait.
  init(_ path: String) throws(CheckpointDamage) {
    func bytes(_ name: String) throws(CheckpointDamage) -> [UInt8] {
      do { return try readFile("\(path)/\(name)") } catch { throw CheckpointDamage("\(error)") }
    }
    let manifest = try CheckpointManifest(bytes: try bytes(CheckpointManifest.fileName))
    let name = CheckpointState.fileName
    let text = try bytes(name)
    guard let file = manifest.files.first(where: { $0.name == name }),
      SHA256.hexadecimal(of: text) == file.sha256
    else { throw CheckpointDamage("\(name) is damaged: its digest is another") }
    let state: CheckpointState
    do { state = try JSON.value(CheckpointState.self, from: text) } catch {
      throw CheckpointDamage("\(name): \(decodingWords(error, in: text))")
    }
    guard state.step == manifest.step else {
      throw CheckpointDamage("\(name) is of step \(state.step), the rest of step \(manifest.step)")
    }
    self.init(path: path, manifest: manifest, state: state)
  }

  /// Checks files byte by byte: those of every `count`-th place from `first` on, so that ranks share
  /// the work.
  func check(from first: Int = 0, every count: Int = 1) throws(CheckpointDamage) {
    for index in stride(from: first, to: manifest.files.count, by: count) {
      let file = manifest.files[index]
      do throws(FileError) {
        let reader = try FileReader("\(path)/\(file.name)")
        guard reader.byteCount == file.bytes else {
          throw .malformed(
            path: file.name, problem: "it has \(reader.byteCount) bytes instead of \(file.bytes)")
        }
        guard try reader.digest() == file.sha256 else {
          throw .malformed(path: file.name, problem: "it is damaged: its digest is another")
        }
      } catch { throw CheckpointDamage("\(error)") }
    }
  }

  /// Reads the tensors of a shard in their order, block by block, and checks their digests.
  ///
  /// - Parameters:
  ///   - block: memory for one block.
  ///   - body: gets a tensor's place in the shard, the place of the block in it, and the block.
  func read(
    _ shard: CheckpointLayout.Shard, through block: UnsafeMutableRawBufferPointer,
    _ body: (_ tensor: Int, _ offset: Int, UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let reader = try FileReader("\(path)/\(shard.file)")
    let start = shard.header.count
    guard reader.byteCount == start + shard.byteCount else {
      throw CheckpointDamage("\(shard.file) has \(reader.byteCount) bytes: the model is another")
    }
    var offset = start
    for (index, tensor) in shard.tensors.enumerated() {
      let digest = SHA256()
      for done in stride(from: 0, to: tensor.byteCount, by: block.count) {
        let piece = UnsafeMutableRawBufferPointer(
          rebasing: block[..<min(block.count, tensor.byteCount - done)])
        try reader.read(at: offset + done, into: piece)
        digest.update(UnsafeRawBufferPointer(piece))
        try body(index, done, UnsafeRawBufferPointer(piece))
      }
      offset += tensor.byteCount
      guard digests["\(shard.file)/\(tensor.name)"] == digest.hexadecimal() else {
        throw CheckpointDamage("\(shard.file): \(tensor.name) is damaged: its digest is another")
      }
    }
  }

  /// Whether the checkpoint holds just the tensors of a layout.
  func check(_ layout: CheckpointLayout) throws(CheckpointDamage) {
    let (own, theirs) = (Set(layout.shards.map(\.file)), Set(manifest.tensors.map(\.file)))
    guard own == theirs else {
      throw CheckpointDamage(
        "it is of another model: its files are \(theirs.count), not \(own.count)")
    }
  }
}
