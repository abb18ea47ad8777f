internal import PartitaDevice
internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule
internal import PartitaTransport

/// The reduction of gradients over groups and replicas, by the tree of law 2.
extension ProgramBinder {
  /// One bucket's additions and messages on this rank.
  func reduction(_ bucket: Int, _ messages: [Int: Message]) -> BoundReduction {
    let reduction = program.reductions[rank.stage]
    let whole = program.layouts[rank.stage].buckets[bucket]
    let local = reduction.local[rank.replica].map { addition in
      let into = accumulator(group: addition.into, element: whole.lowerBound)
      return BoundAddition(
        a: into, b: accumulator(group: addition.other, element: whole.lowerBound), result: into,
        count: whole.count)
    }
    guard replicas > 1 else {
      return BoundReduction(local: local, partials: [], across: [], copy: nil, sums: [])
    }

    let own = chunk(rank.replica, bucket: bucket)
    let target = result(element: own.lowerBound)
    let operands = reduction.partials.indices.map { index -> UnsafeMutableRawPointer in
      let partial = reduction.partials[index]
      if partial.replica == rank.replica {
        return accumulator(group: partial.group, element: own.lowerBound)
      }
      let message = ProgramMessage(
        content: .partial(
          stage: rank.stage, bucket: bucket, partial: index, chunk: rank.replica),
        from: program.plan.rank(stage: rank.stage, replica: partial.replica),
        to: program.plan.rank(stage: rank.stage, replica: rank.replica))
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

    var (partials, sums): ([Message], [Message]) = ([], [])
    for index in messages.keys.sorted() {
      guard let handle = messages[index] else { continue }
      switch program.messages[index].content {
      case .partial(_, bucket, _, _): partials.append(handle)
      case .sum(_, bucket, _): sums.append(handle)
      default: continue
      }
    }
    return BoundReduction(
      local: local, partials: partials, across: across, copy: copy, sums: sums)
  }
}
