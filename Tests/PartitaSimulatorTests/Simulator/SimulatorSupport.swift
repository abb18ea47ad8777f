import PartitaGraph
import PartitaPlan
import PartitaSchedule
import PartitaSimulator

/// Costs to simulate with.
enum SimulatorSupport {
  /// Costs that have nothing in common with each other.
  static func costs(
    stages: Int, ranks: Int, from generator: inout some RandomNumberGenerator
  ) -> StepCosts {
    func seconds(_ most: Double) -> Double { Double.random(in: 0...most, using: &generator) }
    func line() -> StepCosts.Line { .init(fixed: seconds(2), perSample: seconds(2)) }
    func link() -> StepCosts.Link {
      var link = StepCosts.Link(
        latencySeconds: seconds(1), bytesPerSecond: 1 / seconds(0.3),
        eagerLimitBytes: Int.random(in: 0...8, using: &generator))
      if Bool.random(using: &generator) {
        link.senderSeconds = seconds(0.1)
        link.senderSecondsPerByte = seconds(0.1)
        link.receiverSecondsPerByte = seconds(0.1)
      }
      return link
    }
    var costs = StepCosts(
      stages: (0..<stages).map { _ in
        var stage = StepCosts.Stage(
          forward: line(), inputGradient: line(), weightGradient: line(), backward: line())
        stage.updateSeconds = seconds(1)
        stage.finishSeconds = seconds(1)
        stage.stashBytesPerSample = Int.random(in: 0...9, using: &generator)
        return stage
      })
    costs.sameRank = link()
    costs.sameHost = link()
    costs.acrossHosts = link()
    costs.hosts = (0..<ranks).map { _ in Int.random(in: 0...1, using: &generator) }
    costs.reductionSecondsPerByte = seconds(0.001)
    costs.exchangeRoundSeconds = seconds(0.3)
    costs.actionSeconds = seconds(0.1)
    return costs
  }
}

extension Program {
  /// A step's messages and the order of each rank, performed by going round all ranks again and
  /// again: the tests' own simulator of rows of compute, send, receive, update, exchange, finish.
  ///
  /// Slow, with dictionaries, and from the runtime's rules. Returns the time at which each rank is
  /// done; nil where they wait for ever. For plans without replicas.
  func bruteForce(_ costs: StepCosts) -> [Double]? {
    struct Slot: Hashable {
      let rank, stage, index: Int
      let isStash: Bool
    }
    var sent: [Int: Double] = [:]
    var posted: [Int: Double] = [:]
    var place = Array(repeating: 0, count: ranks.count)
    var time = Array(repeating: 0.0, count: ranks.count)
    var atExchange: [Int: Double] = [:]
    var open: [Slot: [Int]] = [:]
    var read: Set<Int> = []
    func link(_ message: Int) -> StepCosts.Link {
      costs.link(from: messages[message].from, to: messages[message].to)
    }
    func arrival(_ message: Int) -> Double? {
      guard let sent = sent[message], let posted = posted[message] else { return nil }
      let (link, bytes) = (link(message), bytes(of: messages[message]))
      let way = link.latencySeconds + link.secondsPerByte * Double(bytes)
      return bytes <= link.eagerLimitBytes
        ? max(sent + way, posted) : max(sent, posted) + way
    }
    func left(_ message: Int) -> Double? {
      bytes(of: messages[message]) <= link(message).eagerLimitBytes
        ? sent[message] : arrival(message)
    }
    func slots(_ rank: Int, _ stage: Int, _ microbatch: Int) -> (stash: Slot?, gradient: Slot?) {
      let buffers = ranks[rank].buffers[ranks[rank].place(ofStage: stage) ?? 0]
      return (
        buffers.stash[microbatch].map {
          Slot(rank: rank, stage: stage, index: $0, isStash: true)
        },
        buffers.gradientsOut[microbatch].map {
          Slot(rank: rank, stage: stage, index: $0, isStash: false)
        }
      )
    }

    func step(_ rank: Int) -> Bool {
      let action = ranks[rank].actions[place[rank]]
      switch action {
      case .compute(let compute):
        var needed: [Int] = []
        if compute.phase == .forward || compute.phase.sendsGradients {
          let kind: Edge.Kind = compute.phase == .forward ? .activation : .gradient
          needed = messages.indices.filter {
            guard case .edge(let edge, compute.microbatch) = messages[$0].content else {
              return false
            }
            return pipeline.edges[edge].to == compute.stage && pipeline.edges[edge].kind == kind
          }
        }
        let slots = slots(rank, compute.stage, compute.microbatch)
        let slot =
          switch compute.phase {
          case .forward: slots.stash
          case .backward, .inputGradient: slots.gradient
          case .recompute, .weightGradient: Slot?.none
          }
        let leaving = slot.flatMap { open[$0] } ?? []
        let times = needed.map(arrival) + leaving.map(left)
        guard !times.contains(nil) else { return false }
        if let slot { open[slot] = nil }
        time[rank] = times.compactMap(\.self).reduce(time[rank], max) + costs.actionSeconds
        for message in needed where read.insert(message).inserted {
          time[rank] +=
            link(message).receiverSecondsPerByte * Double(bytes(of: messages[message]))
        }
        time[rank] += costs.stages[compute.stage].seconds(
          compute.phase, samples: microbatchSizes[compute.microbatch])
      case .send(let transfer):
        time[rank] += costs.actionSeconds
        for message in transfer.messages {
          time[rank] +=
            link(message).senderSeconds
            + link(message).senderSecondsPerByte * Double(bytes(of: messages[message]))
          sent[message] = time[rank]
          guard let microbatch = transfer.microbatch else { continue }
          let slots = slots(rank, transfer.from, microbatch)
          if transfer.kind == .activation, let stash = slots.stash {
            open[stash, default: []].append(message)
          }
          if transfer.kind == .gradient, let gradient = slots.gradient {
            open[gradient, default: []].append(message)
          }
        }
      case .receive(let transfer):
        time[rank] += costs.actionSeconds
        for message in transfer.messages { posted[message] = time[rank] }
      case .update(let stage):
        time[rank] += costs.actionSeconds + costs.stages[Int(stage)].updateSeconds
      case .finish(let stage):
        time[rank] += costs.actionSeconds + costs.stages[Int(stage)].finishSeconds
      case .reduce, .combine, .gather:
        time[rank] += costs.actionSeconds
      case .exchange:
        if atExchange[rank] == nil { atExchange[rank] = time[rank] + costs.actionSeconds }
        guard atExchange.count == ranks.count else { return false }
        time[rank] =
          (atExchange.values.max() ?? 0) + costs.exchangeSeconds(ranks: ranks.count)
      }
      place[rank] += 1
      return true
    }

    var isMoving = true
    while isMoving {
      isMoving = false
      for rank in ranks.indices {
        while place[rank] < ranks[rank].actions.count, step(rank) { isMoving = true }
      }
    }
    guard ranks.indices.allSatisfy({ place[$0] == ranks[$0].actions.count }) else { return nil }
    for (index, message) in messages.enumerated() {
      guard let arrival = arrival(index), let left = left(index) else { return nil }
      time[message.to] = max(time[message.to], arrival)
      time[message.from] = max(time[message.from], left)
    }
    return time
  }
}
