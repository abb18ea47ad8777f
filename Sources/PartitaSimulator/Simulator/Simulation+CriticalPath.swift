internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule

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
    /// What is still to be explained: the time until now, in the middle of an action where a
    /// message that was started there has bound what came later.
    var time = clock[rank]
    /// Goes to the action that let a message go.
    func follow(_ message: Int) {
      let entry = program.messages[message]
      let departure = departure(message)
      let isSender = sent[message] >= departure
      add(entry.from, Int(sendPlace[message]), isMessage: true, arrived[message] - departure)
      rank = isSender ? entry.from : entry.to
      place = Int(isSender ? sendPlace[message] : receivePlace[message])
      time = departure
    }
    /// Explains the time since `start` by an action.
    func explain(_ place: Int, since start: Double) {
      add(rank, place, time - start)
      time = start
    }
    if place >= 0 {
      // What is read at the end is work of the last action.
      let bound = Int(lastBounds[rank])
      explain(place, since: bound < 0 ? ends[first[rank] + place] : arrived[bound])
      if bound >= 0 { follow(bound) }
    }
    while place >= 0 {
      switch bounds[first[rank] + place] {
      case Bound.before:
        explain(place, since: start(rank, place))
        place -= 1
      case Bound.exchange:
        // Of all ranks the last to come has waited for nobody.
        let last = exchange(of: rank, at: place)
        (rank, place) = (last.rank, last.place)
        explain(place, since: start(rank, place))
        place -= 1
      case let message:
        explain(place, since: arrived[Int(message)])
        follow(Int(message))
      }
    }
    return steps.reversed()
  }

  /// The end of the action before.
  private func start(_ rank: Int, _ place: Int) -> Double {
    place > 0 ? ends[first[rank] + place - 1] : 0
  }

  /// The exchange that a rank's action is.
  private func exchange(of rank: Int, at place: Int) -> Exchange {
    let before = program.ranks[rank].actions[..<place].count { $0 == .exchange }
    return exchanges[before]
  }
}
