/// What every action waits for and starts, all ranks' actions one behind the other.
///
/// All that is left of a program when the question is who waits for whom.
struct WaitLists {
  /// The messages that actions wait for, and those that they start.
  private(set) var waits: [Int32] = []
  private(set) var starts: [Int32] = []
  /// For each action where its waits and its starts end.
  private(set) var waitEnds: [Int32] = []
  private(set) var startEnds: [Int32] = []
  /// The first action of each rank, and where the last rank's end.
  private(set) var firstAction: [Int] = [0]
  /// The action with which each rank comes to the exchange.
  private(set) var exchange: [Int] = []

  mutating func wait(_ message: Int) { waits.append(Int32(message)) }
  mutating func start(_ message: Int) { starts.append(Int32(message)) }

  mutating func endAction() {
    waitEnds.append(Int32(waits.count))
    startEnds.append(Int32(starts.count))
  }

  mutating func endRank(exchange action: Int) {
    exchange.append(firstAction[firstAction.count - 1] + action)
    firstAction.append(waitEnds.count)
  }

  mutating func reserve(actions: Int, messages: Int) {
    waitEnds.reserveCapacity(actions)
    startEnds.reserveCapacity(actions)
    waits.reserveCapacity(2 * messages)
    starts.reserveCapacity(2 * messages)
  }

  func waitStart(_ action: Int) -> Int { action == 0 ? 0 : Int(waitEnds[action - 1]) }
  func startStart(_ action: Int) -> Int { action == 0 ? 0 : Int(startEnds[action - 1]) }
}

/// A program performed with messages that are complete only when both sides have started them, and
/// an exchange that begins only when every rank has come to it.
struct Rendezvous {
  /// The action at which each rank is, counted over all ranks' actions.
  private(set) var next: [Int]
  /// How many sides have started each message.
  private(set) var sides: [UInt8]

  /// Performs the ranks until nobody gets on; a rank is looked at again only when the message that
  /// it waits for is complete.
  ///
  /// Complexity: O(actions + waits + starts).
  init(_ messages: [ProgramMessage], _ lists: WaitLists) {
    let count = lists.firstAction.count - 1
    next = Array(lists.firstAction.prefix(count))
    sides = Array(repeating: 0, count: messages.count)
    var cursor = next.map(lists.waitStart)
    var blockedOn = Array(repeating: -1, count: count)
    var queue = Array((0..<count).reversed())
    var arrived = 0
    while let rank = queue.popLast() {
      let end = lists.firstAction[rank + 1]
      running: while next[rank] < end {
        let action = next[rank]
        let waitEnd = Int(lists.waitEnds[action])
        while cursor[rank] < waitEnd {
          let message = Int(lists.waits[cursor[rank]])
          guard sides[message] == 2 else {
            blockedOn[rank] = message
            break running
          }
          cursor[rank] += 1
        }
        for place in lists.startStart(action)..<Int(lists.startEnds[action]) {
          let message = Int(lists.starts[place])
          sides[message] += 1
          guard sides[message] == 2 else { continue }
          let (from, to) = (messages[message].from, messages[message].to)
          let other = from == rank ? to : from
          if other != rank, blockedOn[other] == message {
            blockedOn[other] = -1
            queue.append(other)
          }
        }
        if action == lists.exchange[rank] {
          arrived += 1
          guard arrived == count else { break running }
          for other in 0..<count where other != rank {
            next[other] += 1
            queue.append(other)
          }
        }
        next[rank] += 1
      }
    }
  }

  /// Whether every rank has come to its end.
  func isThrough(_ lists: WaitLists) -> Bool {
    next.indices.allSatisfy { next[$0] == lists.firstAction[$0 + 1] }
  }

  /// The deadlock, where there is one.
  func fault(_ program: Program, _ lists: WaitLists) -> ProgramFault? {
    guard !isThrough(lists) else { return nil }
    let cycle = WaitGraph(self, program, lists).shortestCycle()
    guard let first = cycle.first else {
      preconditionFailure("ranks wait, but for nobody")
    }
    let words = cycle.indices.map { place in
      let wait = cycle[place]
      let other = cycle[(place + 1) % cycle.count].rank
      let whom = other == wait.rank ? "itself" : "rank \(other)"
      let what: String
      if let message = wait.message {
        let entry = program.messages[message]
        what =
          entry.to == wait.rank
          ? "waits for \(program.words(entry)) from \(whom)"
          : "waits for \(whom) to receive \(program.words(entry))"
      } else {
        what = "waits for \(whom) to come to the exchange"
      }
      let action = program.words(rank: wait.rank, action: wait.action)
      return place == 0
        ? "rank \(wait.rank), at \(action), \(what)" : "which, at \(action), \(what)"
    }
    return ProgramFault(
      .deadlock, rank: first.rank, action: first.action, words.joined(separator: ", "),
      remedy: "one of them has to start what the other waits for before it waits itself",
      cycle: cycle)
  }
}
