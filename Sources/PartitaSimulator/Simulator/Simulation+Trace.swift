internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule

extension Trace {
  /// What a run's times say.
  init(_ run: SimulationRun) {
    let program = run.program
    var ranks: [Rank] = []
    for rank in program.ranks.indices {
      let actions = program.ranks[rank].actions
      var spans: [Span] = []
      spans.reserveCapacity(actions.count)
      var time = 0.0
      for (place, action) in actions.enumerated() {
        let index = run.first[rank] + place
        let end = run.ends[index]
        let start: Double
        switch run.bounds[index] {
        case SimulationRun.Bound.before: start = time
        case SimulationRun.Bound.exchange:
          start = max(time, end - run.costs.exchangeSeconds(ranks: program.ranks.count))
        case let message: start = run.arrived[Int(message)]
        }
        if start > time {
          spans.append(Span(start: time, end: start, category: .wait, action: action))
        }
        spans.append(Span(start: start, end: end, category: action.category, action: action))
        time = end
      }
      if run.clock[rank] > time {
        spans.append(Span(start: time, end: run.clock[rank], category: .wait, action: nil))
      }
      ranks.append(Rank(name: program.plan.heading(ofRank: rank), spans: spans))
    }
    var messages: [Message] = []
    for (index, message) in program.messages.enumerated() where message.from != message.to {
      let action = program.ranks[message.from].actions[Int(run.sendPlace[index])]
      messages.append(
        Message(
          action: action, from: message.from, to: message.to, sent: run.departure(index),
          received: run.arrived[index], bytes: run.tables.bytes(message.content)))
    }
    self.init(ranks: ranks, messages: messages)
  }
}
