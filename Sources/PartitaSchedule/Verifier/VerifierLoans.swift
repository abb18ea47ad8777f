internal import PartitaGraph

/// What is read where it was written, by ranks that share memory, and the proof that nobody waits for ever.
///
/// An activation that is lent comes back only when the receiver's last action that reads it is done; a
/// message that is copied is through as soon as both sides have started it. So a sender may have to wait
/// longer for its slot, and an order that is sound with messages may be none with loans. It is performed once
/// more: a loan is two messages there, one that the sender alone starts, and its return, which the
/// receiver alone does.
extension Verifier {
  /// Whether activations may be lent in a program that is proved, wherever two ranks share memory: if this
  /// doesn't hold they are copied.
  ///
  /// Any part of the loans may be messages instead: those only make ranks wait less long.
  /// Complexity: that of `prove`.
  public static func allowsLoans(_ program: Program) -> Bool {
    guard let index = try? MessageIndex(program) else { return false }
    var walk = RankWalk(program, index)
    for rank in program.ranks.indices where (try? walk.walk(rank)) == nil { return false }
    let lent = LentLists(program, walk.waits, Loans(program))
    let meeting = Rendezvous(lent.messages, lent.lists)
    return meeting.isThrough(lent.lists)
  }
}

/// What actions wait for and start where activations are lent.
private struct LentLists {
  var lists = WaitLists()
  /// The program's messages, and behind them the returns.
  var messages: [ProgramMessage]

  init(_ program: Program, _ walked: WaitLists, _ loans: Loans) {
    messages = program.messages
    var back: [Int: Int] = [:]
    for (index, message) in program.messages.enumerated() where loans.isLent(message) {
      back[index] = messages.count
      messages.append(message)
    }
    for rank in program.ranks.indices {
      let returns = loans.returns(ofRank: rank)
      let first = walked.firstAction[rank]
      for action in first..<walked.firstAction[rank + 1] {
        for place in walked.waitStart(action)..<Int(walked.waitEnds[action]) {
          let message = Int(walked.waits[place])
          let isSender = program.messages[message].from == rank
          lists.wait(isSender ? back[message] ?? message : message)
        }
        for place in walked.startStart(action)..<Int(walked.startEnds[action]) {
          let message = Int(walked.starts[place])
          if back[message] == nil {
            lists.start(message)
          } else if program.messages[message].from == rank {
            // Both sides at once: nobody else has to start it.
            lists.start(message)
            lists.start(message)
          }
        }
        for message in returns[action - first] ?? [] {
          guard let back = back[message] else { continue }
          lists.start(back)
          lists.start(back)
        }
        lists.endAction()
      }
      lists.endRank(exchange: walked.exchange[rank] - first)
    }
  }
}
