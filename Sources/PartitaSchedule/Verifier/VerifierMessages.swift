internal import PartitaGraph
internal import PartitaPlan

/// The message table, proved and made to be looked up by arithmetic.
///
/// Every message that could be needed has a key: edge and microbatch, edge and receiving replica,
/// or stage, bucket, partial and chunk.
struct MessageIndex {
  /// The message of each key; -1 where there is none.
  private var messageOfKey: [Int32]
  /// The first key of each edge, of each stage's partials and of its sums.
  private let edgeKeys, partialKeys, sumKeys: [Int]
  /// For each stage its number of replicas, of partials and of buckets.
  let replicas, partials, buckets: [Int]
  /// For each stage the buckets, from the first on, that replicas update by their shares.
  let sharded: [Int]
  /// For each stage the edges of each kind that come in and that leave.
  let incoming, outgoing: [[[Int]]]
  private let ranks: [Int]
  private let firstRank: [Int]
  private let groups: Int

  /// Proves that the table holds each message that is needed once, between the right ranks, and
  /// no other.
  ///
  /// Complexity: O(messages + edges · microbatches).
  init(_ program: Program) throws(ProgramFault) {
    let (plan, pipeline) = (program.plan, program.pipeline)
    let width = program.microbatchSizes.count
    replicas = plan.stages.map(\.replicas)
    partials = program.reductions.map(\.partials.count)
    buckets = plan.stages.indices.map { program.buckets(ofStage: $0).count }
    sharded = plan.stages.indices.map(pipeline.shardedBuckets)
    groups = plan.gradientGroups
    ranks = plan.stages.flatMap(\.ranks)
    firstRank = replicas.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }

    var next = 0
    func keys(_ count: Int) -> Int {
      defer { next += count }
      return next
    }
    let none = Array(
      repeating: Array(repeating: [Int](), count: plan.stages.count),
      count: Edge.Kind.allCases.count)
    var (incoming, outgoing) = (none, none)
    var edgeKeys: [Int] = []
    for (index, edge) in pipeline.edges.enumerated() {
      edgeKeys.append(keys(edge.kind.isOfMicrobatch ? width : plan.stages[edge.to].replicas))
      incoming[edge.kind.number][edge.to].append(index)
      outgoing[edge.kind.number][edge.from].append(index)
    }
    self.edgeKeys = edgeKeys
    self.incoming = incoming
    self.outgoing = outgoing
    var (partialKeys, sumKeys): ([Int], [Int]) = ([], [])
    for stage in plan.stages.indices {
      let isReduced = pipeline.isTraining && replicas[stage] > 1
      partialKeys.append(
        keys(isReduced ? buckets[stage] * partials[stage] * replicas[stage] : 0))
      sumKeys.append(keys(isReduced ? buckets[stage] * replicas[stage] * replicas[stage] : 0))
    }
    self.partialKeys = partialKeys
    self.sumKeys = sumKeys
    messageOfKey = Array(repeating: -1, count: next)

    for (message, entry) in program.messages.enumerated() {
      guard let key = key(of: entry, in: program) else {
        throw ProgramFault(
          .message,
          "message \(message), \(program.words(entry)), from rank \(entry.from) to rank"
            + " \(entry.to), is one that nobody needs",
          remedy: "only what one rank makes and another reads, from this one to that one")
      }
      guard messageOfKey[key] < 0 else {
        throw ProgramFault(
          .message,
          "messages \(messageOfKey[key]) and \(message) are both \(program.words(entry))",
          remedy: "one message for each value and reader")
      }
      messageOfKey[key] = Int32(message)
    }
    let needed = neededMessages(program)
    guard program.messages.count == needed else {
      throw ProgramFault(
        .message, "there are \(program.messages.count) of the \(needed) messages needed",
        remedy: firstMissing(program).map { "add \($0)" } ?? "one message for each")
    }
  }

  // MARK: Looking up

  /// The rank that runs a microbatch of a stage (law 2).
  func rank(ofMicrobatch microbatch: Int, stage: Int) -> Int {
    ranks[firstRank[stage] + microbatch % groups % replicas[stage]]
  }

  /// The message of an edge for a microbatch that has samples.
  func message(edge: Int, microbatch: Int) -> Int { Int(messageOfKey[edgeKeys[edge] + microbatch]) }

  /// The message of an edge for a replica of its reader; -1 where it needs none.
  func message(edge: Int, replica: Int) -> Int { Int(messageOfKey[edgeKeys[edge] + replica]) }

  /// The message of a partial sum to the chunk's owner; -1 where there is none.
  func partial(stage: Int, bucket: Int, partial: Int, chunk: Int) -> Int {
    Int(messageOfKey[partialKey(stage, bucket, partial, chunk)])
  }

  /// The message of a finished chunk, or of the weights made of it, to another replica; -1 where there
  /// is none.
  func sum(stage: Int, bucket: Int, chunk: Int, to replica: Int) -> Int {
    Int(messageOfKey[sumKey(stage, bucket, chunk, replica)])
  }

  private func partialKey(_ stage: Int, _ bucket: Int, _ partial: Int, _ chunk: Int) -> Int {
    partialKeys[stage] + (bucket * partials[stage] + partial) * replicas[stage] + chunk
  }

  private func sumKey(_ stage: Int, _ bucket: Int, _ chunk: Int, _ replica: Int) -> Int {
    sumKeys[stage] + (bucket * replicas[stage] + chunk) * replicas[stage] + replica
  }

  // MARK: What is needed

  /// The key of a message, nil where nobody needs it or its ranks are wrong.
  private func key(of message: ProgramMessage, in program: Program) -> Int? {
    let plan = program.plan
    func replica(_ rank: Int, of stage: Int) -> Int? {
      guard plan.holdings.indices.contains(rank) else { return nil }
      return plan.holdings[rank].first { $0.stage == stage }?.replica
    }
    switch message.content {
    case .edge(let index, let microbatch?):
      guard program.pipeline.edges.indices.contains(index),
        program.microbatchSizes.indices.contains(microbatch),
        program.microbatchSizes[microbatch] > 0
      else { return nil }
      let edge = program.pipeline.edges[index]
      guard edge.kind.isOfMicrobatch,
        message.from == rank(ofMicrobatch: microbatch, stage: edge.from),
        message.to == rank(ofMicrobatch: microbatch, stage: edge.to)
      else { return nil }
      return edgeKeys[index] + microbatch
    case .edge(let index, nil):
      guard program.pipeline.edges.indices.contains(index) else { return nil }
      let edge = program.pipeline.edges[index]
      // Any replica of the sender will do, for all have the same bits.
      guard !edge.kind.isOfMicrobatch, needsMessage(edge, plan),
        replica(message.from, of: edge.from) != nil,
        let receiver = replica(message.to, of: edge.to)
      else { return nil }
      return edgeKeys[index] + receiver
    case .partial(let stage, let bucket, let partial, let chunk):
      guard isChunk(chunk, bucket, stage, program), 0..<partials[stage] ~= partial,
        message.to == ranks[firstRank[stage] + chunk]
      else { return nil }
      let owner = program.reductions[stage].partials[partial].replica
      guard owner != chunk, message.from == ranks[firstRank[stage] + owner] else { return nil }
      return partialKey(stage, bucket, partial, chunk)
    case .sum(let stage, let bucket, let chunk), .weights(let stage, let bucket, let chunk):
      guard isChunk(chunk, bucket, stage, program),
        message.content == finished(stage: stage, bucket: bucket, chunk: chunk),
        message.from == ranks[firstRank[stage] + chunk],
        let receiver = replica(message.to, of: stage), receiver != chunk
      else { return nil }
      return sumKey(stage, bucket, chunk, receiver)
    }
  }

  /// A rank's memory holds a parameter once, however many of its stages read it.
  private func needsMessage(_ edge: Pipeline.Edge, _ plan: Plan) -> Bool {
    edge.kind != .parameter || plan.stages[edge.from].ranks != plan.stages[edge.to].ranks
  }

  /// What replicas tell each other of a bucket that is added up.
  private func finished(stage: Int, bucket: Int, chunk: Int) -> ProgramMessage.Content {
    bucket < sharded[stage]
      ? .weights(stage: stage, bucket: bucket, chunk: chunk)
      : .sum(stage: stage, bucket: bucket, chunk: chunk)
  }

  /// Whether a stage trades this chunk at all.
  private func isChunk(_ chunk: Int, _ bucket: Int, _ stage: Int, _ program: Program) -> Bool {
    guard program.pipeline.isTraining, replicas.indices.contains(stage), replicas[stage] > 1,
      0..<buckets[stage] ~= bucket, 0..<replicas[stage] ~= chunk
    else { return false }
    return !program.chunk(chunk, bucket: bucket, ofStage: stage).isEmpty
  }

  private func neededMessages(_ program: Program) -> Int {
    let filled = program.microbatchSizes.count { $0 > 0 }
    var count = 0
    for edge in program.pipeline.edges {
      if edge.kind.isOfMicrobatch {
        count += filled
      } else if needsMessage(edge, program.plan) {
        count += replicas[edge.to]
      }
    }
    for stage in replicas.indices {
      for bucket in 0..<buckets[stage] {
        for chunk in 0..<replicas[stage] where isChunk(chunk, bucket, stage, program) {
          count += program.reductions[stage].partials.count { $0.replica != chunk }
          count += replicas[stage] - 1
        }
      }
    }
    return count
  }

  /// In words, a message that the table lacks.
  private func firstMissing(_ program: Program) -> String? {
    for (index, edge) in program.pipeline.edges.enumerated() {
      if edge.kind.isOfMicrobatch {
        for microbatch in program.microbatchSizes.indices
        where program.microbatchSizes[microbatch] > 0 {
          if message(edge: index, microbatch: microbatch) < 0 {
            return program.words(.edge(index, microbatch: microbatch))
          }
        }
      } else if needsMessage(edge, program.plan) {
        for replica in 0..<replicas[edge.to] where message(edge: index, replica: replica) < 0 {
          return program.words(.edge(index, microbatch: nil)) + " for replica \(replica)"
        }
      }
    }
    for stage in replicas.indices {
      for bucket in 0..<buckets[stage] {
        for chunk in 0..<replicas[stage] where isChunk(chunk, bucket, stage, program) {
          for (index, partial) in program.reductions[stage].partials.enumerated()
          where partial.replica != chunk {
            guard self.partial(stage: stage, bucket: bucket, partial: index, chunk: chunk) < 0
            else { continue }
            return program.words(
              .partial(stage: stage, bucket: bucket, partial: index, chunk: chunk))
          }
          for replica in 0..<replicas[stage] where replica != chunk {
            guard sum(stage: stage, bucket: bucket, chunk: chunk, to: replica) < 0
            else { continue }
            return program.words(finished(stage: stage, bucket: bucket, chunk: chunk))
              + " for replica \(replica)"
          }
        }
      }
    }
    return nil
  }
}

extension Edge.Kind {
  /// Whether it travels for each microbatch, not once a step.
  var isOfMicrobatch: Bool { self == .activation || self == .gradient }

  /// Its place among the kinds.
  var number: Int {
    switch self {
    case .activation: 0
    case .gradient: 1
    case .contribution: 2
    case .parameter: 3
    }
  }
}
