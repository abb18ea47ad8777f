internal import PartitaDevice
internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule
internal import PartitaTransport

/// The reduction of gradients over groups and replicas, by the tree of law 2.
extension ProgramBinder {
  /// Elements that are added up, and copied to all of their places, before the next: few enough to stay in
  /// a cache.
  private static var blockCount: Int { 1 << 14 }

  /// One bucket's additions and messages on this rank.
  ///
  /// - Parameter address: where the bytes of a borrowed message lie.
  func reduction(
    _ bucket: Int, ofStage stage: Int, _ messages: [Int: ArenaMessage],
    address: (ArenaMessage) -> UnsafeMutableRawPointer
  ) -> BoundReduction {
    let reduction = program.reductions[stage]
    let place = place(ofStage: stage)
    let replica = stages[place].holding.replica
    let whole = program.buckets(ofStage: stage)[bucket]
    let local = reduction.local[replica].map { addition in
      let into = accumulator(place, group: addition.into, element: whole.lowerBound)
      return BoundAddition(
        a: into, b: accumulator(place, group: addition.other, element: whole.lowerBound),
        result: into, count: whole.count)
    }
    guard program.plan.stages[stage].replicas > 1 else {
      return BoundReduction(
        local: local, partials: [], awaited: [], across: [], borrowed: [], sums: [])
    }

    var (partials, awaited, sums) = ([ArenaMessage](), [ArenaMessage](), [ArenaMessage]())
    var lent: [ProgramMessage: ArenaMessage] = [:]
    for key in messages.keys.sorted() {
      guard let handle = messages[key] else { continue }
      let message = program.messages[key / 2]
      switch message.content {
      case .partial(stage, bucket, _, _):
        partials.append(handle)
        let isSending = Self.isSending(key)
        if !isSending, sharing.isBorrowed(message) { lent[message] = handle }
        if !isSending || !sharing.isLent(message) { awaited.append(handle) }
      case .sum(stage, bucket, _): sums.append(handle)
      default: continue
      }
    }

    let own = program.chunk(replica, bucket: bucket, ofStage: stage)
    let operands = reduction.partials.indices.map { index -> UnsafeMutableRawPointer in
      let partial = reduction.partials[index]
      if partial.replica == replica {
        return accumulator(place, group: partial.group, element: own.lowerBound)
      }
      let message = ProgramMessage(
        content: .partial(stage: stage, bucket: bucket, partial: index, chunk: replica),
        from: program.plan.rank(stage: stage, replica: partial.replica),
        to: program.plan.rank(stage: stage, replica: replica))
      return lent[message].map(address) ?? memory.partials + (partialOffsets[message] ?? 0)
    }
    let isShared = program.isSharded(bucket: bucket, ofStage: stage)
    let elsewhere = program.plan.stages[stage].ranks.indices.compactMap { other in
      isShared || other == replica
        ? nil
        : sharing.place(ofSum: stage, bucket: bucket, chunk: replica, to: other)
          .flatMap { lent[$0] }.map(address)
    }
    return BoundReduction(
      local: local, partials: partials, awaited: awaited,
      across: steps(
        adding: operands, by: reduction.across, to: result(place, element: own.lowerBound),
        and: elsewhere, count: own.count),
      borrowed: lent.values.sorted { $0.message.index < $1.message.index }, sums: sums)
  }

  /// Adds arrays by a tree, and leaves the sum in some places, block by block.
  private func steps(
    adding operands: [UnsafeMutableRawPointer], by tree: [Reduction.Addition],
    to target: UnsafeMutableRawPointer, and elsewhere: [UnsafeMutableRawPointer], count: Int
  ) -> [BoundReduction.Step] {
    stride(from: 0, to: count, by: Self.blockCount).flatMap { first -> [BoundReduction.Step] in
      let (count, offset) = (min(Self.blockCount, count - first), 4 * first)
      var steps = tree.enumerated().map { index, addition in
        let isLast = index == tree.count - 1
        return BoundReduction.Step.add(
          BoundAddition(
            a: operands[addition.into] + offset, b: operands[addition.other] + offset,
            result: (isLast ? target : operands[addition.into]) + offset, count: count))
      }
      // One partial is its own sum.
      let places = tree.isEmpty ? [target] + elsewhere : elsewhere
      guard let source = tree.isEmpty ? operands.first : target else { return steps }
      for place in places where place != source {
        steps.append(.copy(source + offset, to: place + offset, bytes: 4 * count))
      }
      return steps
    }
  }

  /// The new weights of some stages that replicas trade, of one bucket or of all.
  func weights(
    ofStages stages: [Int], bucket: Int? = nil, _ messages: [Int: ArenaMessage]
  ) -> [ArenaMessage] {
    guard !stages.isEmpty, program.plan.shardsUpdate else { return [] }
    return messages.keys.sorted().compactMap { key in
      guard case .weights(let stage, let own, _) = program.messages[key / 2].content,
        stages.contains(stage), bucket ?? own == own
      else { return nil }
      return messages[key]
    }
  }
}
