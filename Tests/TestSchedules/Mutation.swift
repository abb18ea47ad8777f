package import PartitaGraph
internal import PartitaPlan
package import PartitaSchedule

/// One small change to a program, drawn at random.
package enum Mutation: CaseIterable {
  case swap, move, drop, duplicate, moveToOtherRank
  case retagMicrobatch, retagStage, retagMessages, retagPhase, retagBucket, retagStepAction
  case misaddress, exchangeMessages, duplicateMessage, reslot, split

  /// A changed copy; nil where the draw changes nothing.
  package func mutant(of program: Program, _ random: inout SplitMix64) -> Program? {
    var draft = Draft(program)
    let isDone =
      switch self {
      case .swap: draft.swap(&random)
      case .move: draft.move(&random)
      case .drop: draft.drop(&random)
      case .duplicate: draft.duplicate(&random)
      case .moveToOtherRank: draft.moveToOtherRank(&random)
      case .retagMicrobatch:
        draft.retag(&random) { action, random in
          action.with(microbatch: Int.random(in: 0..<program.microbatchSizes.count, using: &random))
        }
      case .retagStage:
        draft.retag(&random) { action, random in
          let stage = Int.random(in: program.plan.stages.indices, using: &random)
          return action.with(stage: stage, isSender: Bool.random(using: &random))
        }
      case .retagMessages:
        draft.retag(&random) { action, random in
          action.shifting(messages: program.messages.count, &random)
        }
      case .retagPhase:
        draft.retag(&random) { action, random in
          guard case .compute(let compute) = action else { return action }
          let phase = Phase.allCases.randomElement(using: &random) ?? .forward
          return .compute(
            ComputeAction(stage: compute.stage, phase, microbatch: compute.microbatch))
        }
      case .retagBucket:
        draft.retag(&random) { action, random in
          let (bucket, isReduce) = (
            Int32.random(in: 0..<3, using: &random), Bool.random(using: &random)
          )
          switch action {
          case .reduce(let stage, _), .combine(let stage, _):
            return isReduce
              ? .reduce(stage: stage, bucket: bucket) : .combine(stage: stage, bucket: bucket)
          case .gather(let stage, _): return .gather(stage: stage, bucket: bucket)
          default: return action
          }
        }
      case .retagStepAction:
        draft.retag(&random) { action, random in
          let stage = Int32.random(in: 0..<Int32(program.plan.stages.count), using: &random)
          switch action {
          case .update: return .update(stage: stage)
          case .finish: return Bool.random(using: &random) ? .exchange : .finish(stage: stage)
          case .exchange: return .finish(stage: stage)
          default: return action
          }
        }
      case .misaddress: draft.misaddress(&random)
      case .exchangeMessages: draft.exchangeMessages(&random)
      case .duplicateMessage: draft.duplicateMessage(&random)
      case .reslot: draft.reslot(&random)
      case .split: draft.split(&random)
      }
    let mutant = draft.program
    return isDone && mutant != program ? mutant : nil
  }
}

/// A program's parts, to be changed.
private struct Draft {
  private let original: Program
  private var actions: [[Action]]
  private var messages: [ProgramMessage]
  private var buffers: [[BufferSlots]]

  init(_ program: Program) {
    original = program
    actions = program.ranks.map(\.actions)
    messages = program.messages
    buffers = program.ranks.map(\.buffers)
  }

  var program: Program {
    Program(
      plan: original.plan, pipeline: original.pipeline,
      microbatchSizes: original.microbatchSizes, messages: messages,
      ranks: original.ranks.indices.map { rank in
        RankProgram(
          holdings: original.ranks[rank].holdings, actions: actions[rank], buffers: buffers[rank])
      }, reductions: original.reductions)
  }

  private func place(_ random: inout SplitMix64) -> (rank: Int, index: Int) {
    let rank = Int.random(in: actions.indices, using: &random)
    return (rank, Int.random(in: actions[rank].indices, using: &random))
  }

  /// A place of the same rank: near, every other time.
  private func other(_ rank: Int, _ index: Int, _ random: inout SplitMix64) -> Int {
    guard Bool.random(using: &random) else {
      return Int.random(in: actions[rank].indices, using: &random)
    }
    let near =
      index + (Bool.random(using: &random) ? 1 : -1) * Int.random(in: 1...2, using: &random)
    return min(max(near, 0), actions[rank].count - 1)
  }

  mutating func swap(_ random: inout SplitMix64) -> Bool {
    let (rank, index) = place(&random)
    actions[rank].swapAt(index, other(rank, index, &random))
    return true
  }

  mutating func move(_ random: inout SplitMix64) -> Bool {
    let (rank, index) = place(&random)
    let target = other(rank, index, &random)
    let action = actions[rank].remove(at: index)
    actions[rank].insert(action, at: target)
    return true
  }

  mutating func drop(_ random: inout SplitMix64) -> Bool {
    let (rank, index) = place(&random)
    actions[rank].remove(at: index)
    return true
  }

  mutating func duplicate(_ random: inout SplitMix64) -> Bool {
    let (rank, index) = place(&random)
    actions[rank].insert(actions[rank][index], at: other(rank, index, &random))
    return true
  }

  mutating func moveToOtherRank(_ random: inout SplitMix64) -> Bool {
    let (rank, index) = place(&random)
    let target = Int.random(in: actions.indices, using: &random)
    guard target != rank else { return false }
    let action = actions[rank].remove(at: index)
    actions[target].insert(action, at: min(index, actions[target].count))
    return true
  }

  mutating func retag(
    _ random: inout SplitMix64, _ change: (Action, inout SplitMix64) -> Action
  ) -> Bool {
    // Most actions have no such tag: look for one that has.
    for _ in 0..<20 {
      let (rank, index) = place(&random)
      let changed = change(actions[rank][index], &random)
      guard changed != actions[rank][index] else { continue }
      actions[rank][index] = changed
      return true
    }
    return false
  }

  mutating func misaddress(_ random: inout SplitMix64) -> Bool {
    guard let index = messages.indices.randomElement(using: &random) else { return false }
    let message = messages[index]
    let rank = Int.random(in: actions.indices, using: &random)
    messages[index] =
      Bool.random(using: &random)
      ? ProgramMessage(content: message.content, from: rank, to: message.to)
      : ProgramMessage(content: message.content, from: message.from, to: rank)
    return true
  }

  /// Two messages take each other's tags, or only each other's contents.
  mutating func exchangeMessages(_ random: inout SplitMix64) -> Bool {
    guard let a = messages.indices.randomElement(using: &random),
      let b = messages.indices.randomElement(using: &random)
    else { return false }
    if Bool.random(using: &random) {
      messages.swapAt(a, b)
    } else {
      let (first, second) = (messages[a], messages[b])
      messages[a] = ProgramMessage(content: second.content, from: first.from, to: first.to)
      messages[b] = ProgramMessage(content: first.content, from: second.from, to: second.to)
    }
    return true
  }

  mutating func duplicateMessage(_ random: inout SplitMix64) -> Bool {
    guard let message = messages.randomElement(using: &random) else { return false }
    messages.append(message)
    return true
  }

  /// Gives a microbatch another slot.
  mutating func reslot(_ random: inout SplitMix64) -> Bool {
    let rank = Int.random(in: actions.indices, using: &random)
    let place = Int.random(in: buffers[rank].indices, using: &random)
    let old = buffers[rank][place]
    let kind = Int.random(in: 0..<5, using: &random)
    let width = original.microbatchSizes.count
    func changed(_ slots: BufferSlots.Slots, _ number: Int) -> BufferSlots.Slots {
      guard number == kind, number < 4 || slots.count > 0 else { return slots }
      var table = (0..<width).map { Int32(slots[$0] ?? -1) }
      table[Int.random(in: 0..<width, using: &random)] = Int32.random(
        in: -1...Int32(slots.count), using: &random)
      return BufferSlots.Slots(table, count: slots.count)
    }
    buffers[rank][place] = BufferSlots(
      stash: changed(old.stash, 0), received: changed(old.received, 1),
      gradientsIn: changed(old.gradientsIn, 2), gradientsOut: changed(old.gradientsOut, 3),
      recomputed: changed(old.recomputed, 4))
    return true
  }

  /// B in two halves, W some actions later.
  mutating func split(_ random: inout SplitMix64) -> Bool {
    for _ in 0..<20 {
      let (rank, index) = place(&random)
      guard case .compute(let action) = actions[rank][index], action.phase == .backward
      else { continue }
      let (stage, microbatch) = (action.stage, action.microbatch)
      actions[rank][index] = .compute(
        ComputeAction(stage: stage, .inputGradient, microbatch: microbatch))
      let later = min(index + Int.random(in: 1...4, using: &random), actions[rank].count)
      actions[rank].insert(
        .compute(ComputeAction(stage: stage, .weightGradient, microbatch: microbatch)), at: later)
      return true
    }
    return false
  }
}

extension Action {
  fileprivate func with(microbatch: Int) -> Action {
    switch self {
    case .compute(let action):
      .compute(ComputeAction(stage: action.stage, action.phase, microbatch: microbatch))
    case .send(let transfer): .send(transfer.with(microbatch: microbatch))
    case .receive(let transfer): .receive(transfer.with(microbatch: microbatch))
    default: self
    }
  }

  fileprivate func with(stage: Int, isSender: Bool) -> Action {
    func changed(_ transfer: Transfer) -> Transfer {
      Transfer(
        transfer.kind, from: isSender ? stage : transfer.from, to: isSender ? transfer.to : stage,
        microbatch: transfer.microbatch, messages: transfer.messages)
    }
    return switch self {
    case .compute(let action):
      .compute(ComputeAction(stage: stage, action.phase, microbatch: action.microbatch))
    case .send(let transfer): .send(changed(transfer))
    case .receive(let transfer): .receive(changed(transfer))
    case .reduce(_, let bucket): .reduce(stage: Int32(stage), bucket: bucket)
    case .combine(_, let bucket): .combine(stage: Int32(stage), bucket: bucket)
    case .update: .update(stage: Int32(stage))
    case .finish: .finish(stage: Int32(stage))
    case .gather(_, let bucket): .gather(stage: Int32(stage), bucket: bucket)
    case .exchange: .exchange
    }
  }

  /// Another range of messages, near the old one.
  fileprivate func shifting(messages count: Int, _ random: inout SplitMix64) -> Action {
    let shift = Int.random(in: -2...2, using: &random)
    let growth = Int.random(in: -1...1, using: &random)
    func changed(_ transfer: Transfer) -> Transfer {
      let first = min(max(transfer.messages.lowerBound + shift, 0), count)
      let last = min(max(transfer.messages.upperBound + shift + growth, first), count)
      return Transfer(
        transfer.kind, from: transfer.from, to: transfer.to, microbatch: transfer.microbatch,
        messages: first..<last)
    }
    return switch self {
    case .send(let transfer): .send(changed(transfer))
    case .receive(let transfer): .receive(changed(transfer))
    default: self
    }
  }
}

extension Transfer {
  /// The same for another microbatch; what travels once a step has none.
  fileprivate func with(microbatch: Int) -> Transfer {
    Transfer(
      kind, from: from, to: to, microbatch: self.microbatch.map { _ in microbatch },
      messages: messages)
  }
}
