internal import PartitaConfig
internal import PartitaDevice
internal import PartitaRuntime
public import PartitaTransport

/// What survivors of a lost rank still have in memory between them: parameters and states after the
/// same step, none of them missing. Where replicas share updates, what a lost one remembered is.
public struct HandOver {
  /// Steps done.
  public let step: Int
  let epochSums: EpochSums
  let best: BestEpoch?
  let source: RankRuntime

  private struct Standing: Codable {
    let step: Int?
    let names: [String]
  }

  /// What the survivors have; nil where a step was half done, or a stage is gone with its last copy.
  /// Every survivor must call it.
  ///
  /// - Parameters:
  ///   - trainer: what this rank ran until the loss.
  ///   - transport: the survivors' own.
  /// - Throws: `TransportError` where another rank is lost meanwhile.
  public init?(_ trainer: Trainer, over transport: any Transport) throws {
    let standings = try transport.collect(
      Standing(step: trainer.soundStep, names: trainer.runtime.wholeVariables))
    guard let step = standings[0].step, standings.allSatisfy({ $0.step == step }) else {
      return nil
    }
    let present = Set(standings.flatMap(\.names))
    let needed = CheckpointLayout(trainer.experiment.training).shards.flatMap(\.tensors)
    guard needed.allSatisfy({ present.contains($0.name) }) else { return nil }
    self.step = step
    epochSums = trainer.epochSums
    best = trainer.best
    source = trainer.runtime
  }
}

extension RankRuntime {
  /// The names of the variables that this rank holds all of.
  fileprivate var wholeVariables: [String] {
    variables.keys.filter { parts(of: $0) == nil }.sorted()
  }

  /// Gives every parameter and state that this rank holds its value from whoever has it in memory.
  /// Every rank must call it.
  func take(
    from handOver: HandOver, _ layout: CheckpointLayout, over transport: any Transport, tag: Int
  ) throws {
    let old = handOver.source
    let givers = try transport.collect(old.wholeVariables).map(Set.init)
    let takers = try transport.collect(Array(variables.keys)).map(Set.init)
    let stream = ShardStream(transport, tag: tag)
    for tensor in layout.shards.flatMap(\.tensors) {
      guard let giver = givers.firstIndex(where: { $0.contains(tensor.name) }) else { continue }
      let ranks = takers.indices.filter { takers[$0].contains(tensor.name) }
      guard transport.rank == giver || ranks.contains(transport.rank) else { continue }
      let value = UnsafeMutableRawBufferPointer.allocate(
        byteCount: tensor.byteCount, alignment: 64)
      defer { value.deallocate() }
      if transport.rank == giver {
        try old.download(tensor.name, into: value)
        for rank in ranks where rank != giver {
          try stream.send(all: UnsafeRawBufferPointer(value), to: rank)
        }
      } else {
        try stream.receive(all: value, from: giver)
      }
      if ranks.contains(transport.rank) {
        try upload(UnsafeRawBufferPointer(value), to: tensor.name)
      }
    }
  }
}
