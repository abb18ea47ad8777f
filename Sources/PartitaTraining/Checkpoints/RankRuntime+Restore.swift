internal import PartitaDevice
internal import PartitaFiles
internal import PartitaRuntime
internal import PartitaTransport

extension RankRuntime {
  /// Gives every parameter and state that this rank holds its value out of a checkpoint, whatever
  /// plan has written it. Every rank must call it.
  ///
  /// - Parameters:
  ///   - sees: for each rank, whether it sees the checkpoint; rank 0 hands it out to the others.
  ///   - tag: a message tag that nobody else uses.
  func restore(
    from checkpoint: CheckpointReader, _ layout: CheckpointLayout, over transport: any Transport,
    sees: [Bool], tag: Int
  ) throws {
    try checkpoint.check(layout)
    let own = layout.shards.filter { shard in
      shard.tensors.contains { variables[$0.name] != nil }
    }
    let block = UnsafeMutableRawBufferPointer.allocate(
      byteCount: ShardStream.blockBytes, alignment: 64)
    defer { block.deallocate() }
    if sees[transport.rank] {
      for shard in own {
        let intake = Intake(shard, self)
        try checkpoint.read(shard, through: block) { try intake.take($0, $1, $2) }
      }
    }
    guard sees.contains(false) else { return }
    let wanted = try transport.collect(sees[transport.rank] ? [] : own.map(\.file))
    let stream = ShardStream(transport, tag: tag)
    for shard in layout.shards {
      let takers = wanted.indices.filter { wanted[$0].contains(shard.file) }
      if transport.rank == 0, !takers.isEmpty {
        try checkpoint.read(shard, through: block) { _, _, piece in
          for taker in takers {
            stream.block.copyMemory(from: piece)
            try stream.send(piece.count, to: taker)
          }
        }
      } else if takers.contains(transport.rank) {
        let intake = Intake(shard, self)
        for (index, tensor) in shard.tensors.enumerated() {
          for start in stride(from: 0, to: tensor.byteCount, by: block.count) {
            let count = min(block.count, tensor.byteCount - start)
            try stream.receive(count, from: 0)
            try intake.take(
              index, start, UnsafeRawBufferPointer(rebasing: stream.block[..<count]))
          }
        }
      }
    }
  }
}

/// Puts a file's tensors together, one at a time, and hands each to the runtime that holds it.
private final class Intake {
  private let shard: CheckpointLayout.Shard
  private let runtime: RankRuntime
  /// Room for the largest of them.
  private let memory: UnsafeMutableRawBufferPointer

  init(_ shard: CheckpointLayout.Shard, _ runtime: RankRuntime) {
    self.shard = shard
    self.runtime = runtime
    memory = .allocate(byteCount: shard.tensors.map(\.byteCount).max() ?? 0, alignment: 64)
  }

  deinit { memory.deallocate() }

  func take(_ index: Int, _ offset: Int, _ piece: UnsafeRawBufferPointer) throws {
    let tensor = shard.tensors[index]
    guard runtime.variables[tensor.name] != nil else { return }
    let place = memory[offset..<offset + piece.count]
    UnsafeMutableRawBufferPointer(rebasing: place).copyMemory(from: piece)
    guard offset + piece.count == tensor.byteCount else { return }
    try runtime.upload(
      UnsafeRawBufferPointer(rebasing: memory[..<tensor.byteCount]), to: tensor.name)
  }
}
