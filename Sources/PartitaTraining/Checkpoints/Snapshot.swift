internal import Foundation
internal import PartitaFiles

/// A rank's copy of its files' tensors, as they were at the end of a step: made by the rank, read by
/// the thread that writes.
final class Snapshot: @unchecked Sendable {
  private let shards: [CheckpointLayout.Shard]
  // Written between two jobs only.
  private let memory: UnsafeMutableRawBufferPointer

  /// Takes memory for some files' tensors.
  init(_ shards: [CheckpointLayout.Shard]) {
    self.shards = shards
    memory = .allocate(byteCount: shards.reduce(0) { $0 + $1.byteCount }, alignment: 64)
  }

  deinit { memory.deallocate() }

  /// Room for each tensor, in their order.
  var rooms: [UnsafeMutableRawBufferPointer] {
    var offset = 0
    return shards.flatMap(\.tensors).map { tensor in
      defer { offset += tensor.byteCount }
      return UnsafeMutableRawBufferPointer(rebasing: memory[offset..<offset + tensor.byteCount])
    }
  }

  /// Writes the files.
  /// - Throws: `FileError`, or `NotFinite` where a number isn't.
  func write(to folder: String) throws -> [CheckpointManifest.WrittenShard] {
    var offset = 0
    return try shards.map { shard in
      var file = try ShardFile(shard, in: folder)
      for tensor in shard.tensors {
        let bytes = UnsafeRawBufferPointer(rebasing: memory[offset..<offset + tensor.byteCount])
        guard bytes.isFinite(tensor.type) else { throw NotFinite(tensor: tensor.name) }
        try file.append(bytes)
        offset += tensor.byteCount
      }
      return try file.finish()
    }
  }
}

/// A number of a tensor isn't one.
struct NotFinite: Error, CustomStringConvertible {
  let tensor: String
  var description: String { "\(tensor) has numbers that are not finite" }
}

extension UnsafeRawBufferPointer {
  /// Whether all elements of a type of safetensors are finite.
  func isFinite(_ type: String) -> Bool {
    switch type {
    case "F32":
      // An exponent of ones; without a branch the loop is a few instructions for many elements.
      var odd: UInt32 = 0
      for bits in bindMemory(to: UInt32.self) { odd |= bits & 0x7f80_0000 == 0x7f80_0000 ? 1 : 0 }
      return odd == 0
    case "F64": return bindMemory(to: Double.self).allSatisfy(\.isFinite)
    default: return true
    }
  }
}
