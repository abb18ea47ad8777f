internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule

/// Updates that the replicas of a stage share: chunk by chunk, then traded.
extension Performer {
  /// Whether the replicas of a stage share its update.
  func isShared(_ stage: Int) -> Bool { program.pipeline.shardedElements(ofStage: stage) > 0 }

  /// The chunks that a copy of a stage updates: its own, and those of buckets whose sums all have.
  func ownChunks(_ place: Int, _ rank: Int) -> [(bucket: Int, chunk: Int)] {
    let holding = program.ranks[rank].holdings[place]
    return chunks[holding.stage].filter {
      $0.chunk == holding.replica || !program.isSharded(bucket: $0.bucket, ofStage: holding.stage)
    }
  }

  mutating func updateShares(_ stage: Int, _ place: Int, _ rank: Int) {
    let edges = program.pipeline.edges
    let old = read(.weight(stage), rank)
    for (bucket, chunk) in ownChunks(place, rank) {
      var term = Term(.update, stage, bucket, chunk)
        .adding(old, read(result(place, rank, bucket, chunk), rank))
      for edge in incoming[stage] where edges[edge].kind == .contribution {
        term.add(read(.contribution(edge: edge), rank))
      }
      memories[rank][.share(stage, bucket: bucket, chunk: chunk)] = term
    }
    // Whoever reads the weights now gets some old and some new ones.
    poison(.weight(stage), rank)
  }

  mutating func finishShares(_ stage: Int, _ place: Int, _ rank: Int) {
    for (bucket, chunk) in ownChunks(place, rank) {
      let share = Cells.share(stage, bucket: bucket, chunk: chunk)
      memories[rank][share] = Term(.finish, stage, bucket, chunk)
        .adding(read(share, rank), read(.board, rank))
    }
  }

  mutating func gather(_ stage: Int, _ bucket: Int, _ rank: Int) -> Bool {
    guard place(stage, rank) != nil else { return false }
    for message in program.messages.indices {
      let entry = program.messages[message]
      guard entry.from == rank || entry.to == rank,
        case .weights(stage, bucket, _) = entry.content
      else { continue }
      start(message, rank, asSender: true)
    }
    return true
  }

  /// Whether what replicas trade of a stage's weights has left and come.
  func hasWeights(ofStage stage: Int, _ rank: Int) -> Bool {
    program.messages.indices.allSatisfy { message in
      let entry = program.messages[message]
      guard entry.from == rank || entry.to == rank, case .weights(stage, _, _) = entry.content
      else { return true }
      return isComplete(message, rank)
    }
  }

  /// A stage's weights, of all chunks.
  mutating func weight(_ stage: Int, _ rank: Int) -> Term {
    guard isShared(stage) else { return read(.weight(stage), rank) }
    return chunks[stage].reduce(Term(.update, stage)) {
      $0.adding(read(.share(stage, bucket: $1.bucket, chunk: $1.chunk), rank))
    }
  }
}
