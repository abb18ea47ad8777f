internal import PartitaGraph
internal import PartitaPlan
package import PartitaSchedule

/// A value as the term that made it: a fingerprint of the operation and its operands.
struct Term: Hashable {
  enum Operation: UInt64 {
    case initial = 1
    case forward, activation, inputGradient, gradient, weightGradient, first, fold, sum
    case contribution, update, board, finish, poison
  }

  private(set) var bits: UInt64

  init(_ operation: Operation, _ numbers: Int...) {
    bits = Self.mixed(operation.rawValue)
    for number in numbers { add(UInt64(bitPattern: Int64(number))) }
  }

  mutating func add(_ operand: UInt64) { bits = Self.mixed(bits &* 31 &+ operand) }
  mutating func add(_ operand: Term) { add(operand.bits) }

  func adding(_ operands: Term...) -> Term {
    var term = self
    for operand in operands { term.add(operand) }
    return term
  }

  /// Joins terms whose order doesn't matter.
  mutating func join(_ other: Term) { bits &+= Self.mixed(other.bits) }

  private static func mixed(_ word: UInt64) -> UInt64 {
    var word = word &+ 0x9E37_79B9_7F4A_7C15
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}

/// What a step leaves behind when one person does it alone, in the plainest order: all microbatches
/// down the stages, then up, each group folded in its order, groups added by the tree of law 2.
package struct SerialStep {
  /// Each stage's weights at the end.
  private(set) var weights: [Term] = []
  /// What every rank knows after the exchange.
  private(set) var board = Term(.board)

  package init(_ program: Program) {
    let (pipeline, plan) = (program.pipeline, program.plan)
    let stages = 0..<pipeline.stageCount
    let filled = program.microbatchSizes.indices.filter { program.microbatchSizes[$0] > 0 }
    let groups = plan.gradientGroups
    func edges(_ kind: Edge.Kind, to stage: Int) -> [Int] {
      pipeline.edges.indices.filter {
        pipeline.edges[$0].kind == kind && pipeline.edges[$0].to == stage
      }
    }
    func folded(_ group: Int, isDescending: Bool = false, _ value: (Int) -> Term) -> Term? {
      var own = filled.filter { $0 % groups == group }
      if isDescending { own.reverse() }
      guard let start = own.first else { return nil }
      return own.dropFirst().reduce(Term(.first).adding(value(start))) {
        Term(.fold).adding($0, value($1))
      }
    }
    func tree(_ leaves: [Term?], _ residue: Int = 0, _ modulus: Int = 1) -> Term? {
      if modulus == leaves.count { return leaves[residue] }
      let left = tree(leaves, residue, 2 * modulus)
      let right = tree(leaves, residue + modulus, 2 * modulus)
      guard let left, let right else { return left ?? right }
      return Term(.sum).adding(left, right)
    }
    let nothing = Term(.poison)
    let initial = stages.map { Term(.initial, $0) }
    var reads: [[Int: [Term]]] = stages.map { _ in [:] }
    var forward: [[Int: Term]] = stages.map { _ in [:] }
    var backward = forward
    for microbatch in filled {
      for stage in stages {
        var read = [initial[stage]]
        read += edges(.parameter, to: stage).map { initial[pipeline.edges[$0].from] }
        read += edges(.activation, to: stage).map {
          Term(.activation, $0).adding(
            forward[pipeline.edges[$0].from][microbatch, default: nothing])
        }
        var term = Term(.forward, stage, microbatch)
        for operand in read { term.add(operand) }
        forward[stage][microbatch] = term
        reads[stage][microbatch] = read
      }
      guard pipeline.isTraining else { continue }
      for stage in stages.reversed() {
        var read =
          reads[stage][microbatch, default: []] + [forward[stage][microbatch, default: nothing]]
        read += edges(.gradient, to: stage).map {
          Term(.gradient, $0).adding(
            backward[pipeline.edges[$0].from][microbatch, default: nothing])
        }
        var term = Term(.inputGradient, stage, microbatch)
        for operand in read { term.add(operand) }
        backward[stage][microbatch] = term
        reads[stage][microbatch] = read
      }
    }

    var sums: [[Term]] = []
    for stage in stages where pipeline.isTraining {
      let isSending = pipeline.edges.contains { $0.kind == .gradient && $0.from == stage }
      sums.append(
        Cells.chunks(program, stage).compactMap { bucket, chunk in
          tree(
            (0..<groups).map { group in
              folded(group, isDescending: plan.gradientOrder == .descending) { microbatch in
                var term = Term(.weightGradient, stage, microbatch, bucket, chunk)
                for operand in reads[stage][microbatch, default: []] { term.add(operand) }
                term.add(backward[stage][microbatch, default: nothing])
                if isSending { term.add(backward[stage][microbatch, default: nothing]) }
                return term
              }
            })
        })
    }
    func contributions(_ stage: Int) -> [Term] {
      edges(.contribution, to: stage).map { edge in
        var contribution = Term(.contribution, edge)
        let from = pipeline.edges[edge].from
        // Where replicas share the update, what leaves is of the buckets whose sums all have.
        for (place, sum) in zip(Cells.chunks(program, from), sums[from])
        where !program.isSharded(bucket: place.bucket, ofStage: from) { contribution.add(sum) }
        return contribution
      }
    }
    weights = stages.map { stage in
      guard pipeline.isTraining else { return initial[stage] }
      var term = Term(.update, stage).adding(initial[stage])
      for sum in sums[stage] { term.add(sum) }
      for contribution in contributions(stage) { term.add(contribution) }
      return term
    }
    // Where replicas share the update, each chunk is updated by itself.
    let shares: [[(bucket: Int, chunk: Int, term: Term)]] = stages.map { stage in
      guard program.pipeline.shardedElements(ofStage: stage) > 0 else { return [] }
      return zip(Cells.chunks(program, stage), sums[stage]).map { place, sum in
        var term = Term(.update, stage, place.bucket, place.chunk).adding(initial[stage], sum)
        for contribution in contributions(stage) { term.add(contribution) }
        return (place.bucket, place.chunk, term)
      }
    }
    for stage in stages {
      for group in 0..<groups {
        guard let loss = folded(group, { forward[stage][$0, default: nothing] }) else {
          continue
        }
        board.join(Term(.board, stage, group).adding(loss))
      }
      if shares[stage].isEmpty {
        board.join(Term(.board, stage, -1).adding(weights[stage]))
      }
      for (bucket, chunk, term) in shares[stage] {
        board.join(Term(.board, stage, bucket, chunk).adding(term))
      }
    }
    weights = stages.map { stage in
      guard !shares[stage].isEmpty else {
        return Term(.finish, stage).adding(weights[stage], board)
      }
      return shares[stage].reduce(Term(.update, stage)) {
        $0.adding(Term(.finish, stage, $1.bucket, $1.chunk).adding($1.term, board))
      }
    }
  }
}

/// A place in one rank's memory.
enum Cells: Hashable {
  case stash(Int, slot: Int)
  /// What R makes: of the rank, not of a stage.
  case recomputed(slot: Int)
  case between(Int, slot: Int)
  case received(Int, slot: Int, edge: Int)
  case gradientIn(Int, slot: Int, edge: Int)
  case gradientOut(Int, slot: Int)
  case accumulator(Int, group: Int, bucket: Int, chunk: Int)
  case loss(Int, group: Int)
  case partial(message: Int)
  case contribution(edge: Int)
  case weight(Int)
  /// The new weights of a chunk, where replicas share the update.
  case share(Int, bucket: Int, chunk: Int)
  case tied(edge: Int)
  case board

  /// The buckets of a stage, each with its chunks that aren't empty.
  static func chunks(_ program: Program, _ stage: Int) -> [(bucket: Int, chunk: Int)] {
    let replicas = program.plan.stages[stage].replicas
    return program.buckets(ofStage: stage).enumerated().flatMap { bucket, range in
      (0..<replicas).filter {
        !program.pipeline.chunk($0, of: replicas, in: range, ofStage: stage).isEmpty
      }.map { (bucket, $0) }
    }
  }
}
