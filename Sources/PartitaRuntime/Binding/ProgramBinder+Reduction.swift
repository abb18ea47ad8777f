internal import PartitaDevice
internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule

/// The reduction of gradients over groups and replicas, by the tree of law 2.
extension ProgramBinder {
  /// One bucket's additions and messages on this rank.
  func reduction(
    _ bucket: Int, ofStage stage: Int, _ messages: [Int: ArenaMessage]
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
      return BoundReduction(local: local, partials: [], across: [], copy: nil, sums: [])
    }

    let own = program.chunk(replica, bucket: bucket, ofStage: stage)
    let target = result(place, element: own.lowerBound)
    let operands = reduction.partials.indices.map { index -> UnsafeMutableRawPointer in
      let partial = reduction.partials[index]
      if partial.replica == replica {
        return accumulator(place, group: partial.group, element: own.lowerBound)
      }
      let message = ProgramMessage(
        content: .partial(stage: stage, bucket: bucket, partial: index, chunk: replica),
        from: program.plan.rank(stage: stage, replica: partial.replica),
        to: program.plan.rank(stage: stage, replica: replica))
      return memory.partials + (partialOffsets[message] ?? 0)
    }
    var across = reduction.across.map { addition in
      BoundAddition(
        a: operands[addition.into], b: operands[addition.other], result: operands[addition.into],
        count: own.count)
    }
    var copy: (source: UnsafeRawPointer, target: UnsafeMutableRawPointer, bytes: Int)?
    if let last = across.popLast() {
      across.append(BoundAddition(a: last.a, b: last.b, result: target, count: last.count))
    } else if let only = operands.first, only != target {
      copy = (UnsafeRawPointer(only), target, own.count * 4)
    }

    var (partials, sums): ([ArenaMessage], [ArenaMessage]) = ([], [])
    for key in messages.keys.sorted() {
      guard let handle = messages[key] else { continue }
      switch program.messages[key / 2].content {
      case .partial(stage, bucket, _, _): partials.append(handle)
      case .sum(stage, bucket, _): sums.append(handle)
      default: continue
      }
    }
    return BoundReduction(
      local: local, partials: partials, across: across, copy: copy, sums: sums)
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
