internal import PartitaPlan
internal import PartitaSchedule

/// What of a program's messages stays where it is, between this rank and those whose memory it shares.
///
/// An activation is read where it was written. Partial sums are added up where they lie, and the sum is
/// written to all of its places by the one who adds. All else is copied by the receiver.
struct Sharing {
  private let program: Program
  /// Nil where activations are copied: because nobody shares memory, or because ranks could wait for each
  /// other for ever.
  private let loans: Loans?
  /// For each action of this rank the borrowed activations that it is the last to read.
  let returns: [Int: [Int]]
  private let sharesMemory: (_ rank: Int) -> Bool

  /// - Parameter sharesMemory: whether a rank's arena can be reached.
  init(_ program: Program, rank: Int, sharesMemory: @escaping (_ rank: Int) -> Bool) {
    self.program = program
    self.sharesMemory = sharesMemory
    let isNeeded = program.ranks.indices.contains(where: sharesMemory)
    loans = isNeeded && Verifier.allowsLoans(program) ? Loans(program) : nil
    returns = (loans?.returns(ofRank: rank) ?? [:]).mapValues { messages in
      messages.filter { sharesMemory(program.messages[$0].from) }
    }
  }

  /// Whether this rank reads a message's bytes where they lie.
  func isBorrowed(_ message: ProgramMessage) -> Bool {
    sharesMemory(message.from) && delivery(of: message) == .borrowed
  }

  /// Whether another rank reads a message's bytes where they lie in this one's memory.
  func isLent(_ message: ProgramMessage) -> Bool {
    sharesMemory(message.to) && delivery(of: message) == .borrowed
  }

  /// How a message arrives if its ranks share memory.
  func delivery(of message: ProgramMessage) -> Delivery {
    switch message.content {
    case .edge: loans?.isLent(message) == true ? .borrowed : .copied
    case .partial: .borrowed
    case .sum(let stage, _, _): isInPlace(stage, to: message.to) ? .written : .copied
    case .weights: .copied
    }
  }

  /// The lent partial sum in whose place the sum of a chunk is written for another replica; nil where that
  /// one has to copy it, because it has lent none that lies there.
  func place(ofSum stage: Int, bucket: Int, chunk: Int, to replica: Int) -> ProgramMessage? {
    let ranks = program.plan.stages[stage].ranks
    guard sharesMemory(ranks[replica]), let partial = partial(stage, of: replica) else {
      return nil
    }
    return ProgramMessage(
      content: .partial(stage: stage, bucket: bucket, partial: partial, chunk: chunk),
      from: ranks[replica], to: ranks[chunk])
  }

  private func isInPlace(_ stage: Int, to rank: Int) -> Bool {
    guard let replica = program.plan.stages[stage].ranks.firstIndex(of: rank) else { return false }
    return partial(stage, of: replica) != nil
  }

  /// A replica's partial sum that lies in the accumulator of its first group, where sums go.
  private func partial(_ stage: Int, of replica: Int) -> Int? {
    program.reductions[stage].partials.firstIndex { $0.replica == replica && $0.group == replica }
  }
}
