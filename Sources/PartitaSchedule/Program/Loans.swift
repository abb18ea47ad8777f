internal import PartitaGraph

/// Which activations of a program are read where they were written, by ranks that share memory, and when they
/// are given back.
///
/// An activation is lent if it is the only one that its stage gets from upstream, and the stage's backward
/// pass is one action: what W reads long after I would keep the sender's slot as long.
public struct Loans {
  private let program: Program
  /// Whether each stage borrows what it reads.
  private let borrows: [Bool]

  /// Complexity: O(actions + edges).
  public init(_ program: Program) {
    self.program = program
    var activations = Array(repeating: 0, count: program.pipeline.stageCount)
    for edge in program.pipeline.edges where edge.kind == .activation { activations[edge.to] += 1 }
    for action in program.ranks.lazy.flatMap(\.computeActions) where action.phase == .weightGradient
    {
      activations[action.stage] = 0
    }
    borrows = activations.map { $0 == 1 }
  }

  /// Whether a message's bytes are lent for as long as the receiver reads them.
  public func isLent(_ message: ProgramMessage) -> Bool {
    guard message.from != message.to, case .edge(let edge, .some) = message.content else {
      return false
    }
    let entry = program.pipeline.edges[edge]
    return entry.kind == .activation && borrows[entry.to]
  }

  /// For each action of a rank the lent messages that it is the last to read, by their indices.
  ///
  /// Complexity: O(actions + messages).
  public func returns(ofRank rank: Int) -> [Int: [Int]] {
    struct Work: Hashable {
      let stage, microbatch: Int
    }
    var last: [Work: Int] = [:]
    for (at, action) in program.ranks[rank].actions.enumerated() {
      guard case .compute(let action) = action else { continue }
      last[Work(stage: action.stage, microbatch: action.microbatch)] = at
    }
    var returns: [Int: [Int]] = [:]
    for (index, message) in program.messages.enumerated()
    where message.to == rank && isLent(message) {
      guard case .edge(let edge, let microbatch?) = message.content,
        let at = last[
          Work(stage: program.pipeline.edges[edge].to, microbatch: microbatch)]
      else { continue }
      returns[at, default: []].append(index)
    }
    return returns
  }
}
