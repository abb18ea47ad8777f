internal import PartitaRuntime
internal import PartitaTransport

/// Brings tensors to the ranks that write them: where replicas share an update, each has its part of the
/// optimizer's state alone.
struct StateGatherer {
  private let runtime: RankRuntime
  private let rank: Int
  private let stream: ShardStream
  /// Who holds which bytes of a tensor that no rank holds all of.
  private let parts: [String: [StagedProgram.StatePart]]

  /// - Parameters:
  ///   - parts: who holds which bytes of the tensors that are shared.
  ///   - runtime: what this rank holds.
  ///   - rank: this rank.
  ///   - stream: carries bytes between two ranks.
  init(
    _ parts: [String: [StagedProgram.StatePart]], _ runtime: RankRuntime, rank: Int,
    stream: ShardStream
  ) {
    self.parts = parts
    self.runtime = runtime
    self.rank = rank
    self.stream = stream
  }

  /// Copies a tensor on the rank that writes it. Every rank must call it, for the same tensors in the
  /// same order.
  ///
  /// - Parameters:
  ///   - tensor: what is copied.
  ///   - holder: who gets it.
  ///   - room: room for it on the holder; of no importance elsewhere.
  func take(
    _ tensor: CheckpointLayout.Tensor, to holder: Int, into room: UnsafeMutableRawBufferPointer
  ) throws {
    guard let parts = parts[tensor.name] else {
      if rank == holder { try runtime.download(tensor.name, into: room) }
      return
    }
    let others = parts.filter { $0.rank != holder }
    if rank == holder {
      if runtime.variables[tensor.name] != nil { try runtime.download(tensor.name, into: room) }
      for part in others {
        try stream.receive(
          all: UnsafeMutableRawBufferPointer(rebasing: room[part.bytes]), from: part.rank)
      }
    } else if others.contains(where: { $0.rank == rank }) {
      let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: tensor.byteCount, alignment: 64)
      defer { copy.deallocate() }
      try runtime.download(tensor.name, into: copy)
      for part in others where part.rank == rank {
        try stream.send(all: UnsafeRawBufferPointer(rebasing: copy[part.bytes]), to: holder)
      }
    }
  }
}
