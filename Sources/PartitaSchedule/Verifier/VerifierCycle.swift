/// Who waits for whom when nobody gets on.
struct WaitGraph {
  private let meeting: Rendezvous
  private let program: Program
  private let lists: WaitLists
  /// The ranks that wait for a message; all others are at the exchange, or through.
  private let waiting: [Int]

  init(_ meeting: Rendezvous, _ program: Program, _ lists: WaitLists) {
    self.meeting = meeting
    self.program = program
    self.lists = lists
    waiting = program.ranks.indices.filter { rank in
      meeting.next[rank] < lists.firstAction[rank + 1]
        && meeting.next[rank] != lists.exchange[rank]
    }
  }

  private func isAtExchange(_ rank: Int) -> Bool { meeting.next[rank] == lists.exchange[rank] }

  /// Calls `visit` for each rank that a rank waits for, with the message.
  private func forEachAwaited(_ rank: Int, _ visit: (_ rank: Int, _ message: Int?) -> Void) {
    if isAtExchange(rank) {
      for other in waiting { visit(other, nil) }
      return
    }
    let action = meeting.next[rank]
    for place in lists.waitStart(action)..<Int(lists.waitEnds[action]) {
      let message = Int(lists.waits[place])
      guard meeting.sides[message] < 2 else { continue }
      let entry = program.messages[message]
      visit(entry.from == rank ? entry.to : entry.from, message)
    }
  }

  /// A shortest cycle: from every rank that waits for a message, for such a one is in every cycle,
  /// breadth first, no further than the best so far.
  func shortestCycle() -> [ProgramFault.Wait] {
    var best: [ProgramFault.Wait] = []
    var seenFrom = Array(repeating: -1, count: program.ranks.count)
    var before: [(rank: Int, message: Int?)] = Array(
      repeating: (-1, nil), count: program.ranks.count)
    var depth = Array(repeating: 0, count: program.ranks.count)
    for start in waiting where best.count != 1 {
      var queue = [start]
      var head = 0
      var isExchangeSeen = false
      seenFrom[start] = start
      depth[start] = 1
      var closing: (rank: Int, message: Int?)?
      while head < queue.count, closing == nil {
        let rank = queue[head]
        head += 1
        guard best.isEmpty || depth[rank] < best.count else { break }
        // All that wait at the exchange wait for the same ranks: the first to be reached will do.
        if isAtExchange(rank) {
          if isExchangeSeen { continue }
          isExchangeSeen = true
        }
        forEachAwaited(rank) { other, message in
          if other == start {
            if closing == nil { closing = (rank, message) }
          } else if seenFrom[other] != start {
            seenFrom[other] = start
            depth[other] = depth[rank] + 1
            before[other] = (rank, message)
            queue.append(other)
          }
        }
      }
      guard let closing else { continue }
      var cycle = [wait(closing.rank, closing.message)]
      var rank = closing.rank
      while rank != start {
        let (previous, message) = before[rank]
        cycle.append(wait(previous, message))
        rank = previous
      }
      best = cycle.reversed()
    }
    return best
  }

  private func wait(_ rank: Int, _ message: Int?) -> ProgramFault.Wait {
    ProgramFault.Wait(
      rank: rank, action: meeting.next[rank] - lists.firstAction[rank], message: message)
  }
}
