internal import PartitaGraph
internal import PartitaPlan

extension SimulationRun {
  /// The chain of actions and messages that bound each other, from the start of the step to its
  /// end, found backwards from the rank that ends last.
  ///
  /// Complexity: O(its length).
  var criticalPath: [Prediction.CriticalStep] {
    var steps: [Prediction.CriticalStep] = []
    func add(_ rank: Int, _ place: Int, isMessage: Bool = false, _ seconds: Double) {
      guard seconds > 0 else { return }
      steps.append(
        Prediction.CriticalStep(
          rank: rank, action: program.ranks[rank].actions[place], isMessage: isMessage,
          seconds: seconds))
    }
    guard var rank = clock.indices.max(by: { clock[$0] < clock[$1] }) else { return [] }
    var place = program.ranks[rank].actions.count - 1
    /// Goes to the action that let a message go.
    func follow(_ message: Int) {
      let entry = program.messages[message]
      let isSender = sent[message] >= departure(message)
      let departure = departure(message)
      add(entry.from, Int(sendPlace[message]), isMessage: true, arrived[message] - departure)
      rank = isSender ? entry.from : entry.to
      place = Int(isSender ? sendPlace[message] : receivePlace[message])
    }
    if place >= 0 {
      let bound = Int(lastBounds[rank])
      let before = bound < 0 ? ends[first[rank] + place] : arrived[bound]
      // What is read at the end is work of the last action.
      add(rank, place, clock[rank] - before)
      if bound >= 0 { follow(bound) }
    }
    while place >= 0 {
      let index = first[rank] + place
      let before = place > 0 ? ends[index - 1] : 0
      switch bounds[index] {
      case Bound.before:
        add(rank, place, ends[index] - before)
        place -= 1
      case Bound.exchange:
        // Nobody waited less than the last to come.
        let last = exchange(of: rank, at: place)
        let end = ends[index]
        (rank, place) = (last.rank, last.place)
        let start = place > 0 ? ends[first[rank] + place - 1] : 0
        add(rank, place, end - start)
        place -= 1
      case let message:
        add(rank, place, ends[index] - arrived[Int(message)])
        follow(Int(message))
      }
    }
    return steps.reversed()
  }

  /// The exchange that a rank's action is.
  private func exchange(of rank: Int, at place: Int) -> Exchange {
    let before = program.ranks[rank].actions[..<place].count { $0 == .exchange }
    return exchanges[before]
  }
}
