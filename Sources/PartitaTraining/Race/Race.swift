internal import PartitaConfig
public import PartitaData
public import PartitaDevice
internal import PartitaFiles
internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule
internal import PartitaSimulator
public import PartitaTransport

/// Plans that train side by side on the same ranks, a few steps of each in turn: what a machine does
/// meanwhile it does to all of them.
///
/// Each plan has an arena, weights and messages of its own. The first takes part twice: what it
/// differs from itself is how far the clock can be trusted. Law 2 is checked on the way: plans of the
/// same microbatches and groups have the same loss at each step, and the same weights at the end.
///
/// A plan of one rank takes part among several, too: rank 0 runs it, and the others wait.
public final class Race {
  private let entries: [RaceEntry]
  /// Of each plan this rank's part; nil where it has none.
  private let trainers: [Trainer?]
  private let costs: RaceCosts
  private let transport: any Transport
  private var losses: [[UInt64]]

  /// Seconds that a turn of the fastest plan takes at least: enough for caches to be its own.
  private static let turnSeconds = 0.05

  /// Prepares this rank's part; every rank must.
  ///
  /// - Parameters:
  ///   - entries: the plans, at least one, all of as many ranks as there are, or of one.
  ///   - dataset: the data; nil on a rank that needs none (`readsData`).
  ///   - transport: the ranks.
  ///   - measuresCosts: whether what layers and messages cost is measured between the turns, too.
  ///   - pollsBetweenKernels: whether the rank looks after messages between kernels.
  ///   - device: makes the device of a plan.
  /// - Throws: anything that keeps this rank from running.
  public init(
    _ entries: [RaceEntry], dataset: Dataset?, transport: any Transport, measuresCosts: Bool,
    pollsBetweenKernels: Bool, device: () throws -> any Device
  ) throws {
    let all = entries + [RaceEntry(name: entries[0].name, experiment: entries[0].experiment)]
    var firstTag = 0
    var trainers: [Trainer?] = []
    for entry in all {
      guard entry.has(rank: transport.rank, of: transport.size) else {
        trainers.append(nil)
        continue
      }
      let isAlone = entry.isAlone(among: transport.size)
      let trainer = try Trainer(
        entry.experiment, dataset: dataset, device: try device(),
        transport: isAlone
          ? LoopbackTransport.solo() : TransportLane(of: transport, firstTag: firstTag),
        pollsBetweenKernels: pollsBetweenKernels,
        sharesMemory: entry.experiment.config.parallel.sharedMemory)
      trainers.append(trainer)
      if !isAlone { firstTag += trainer.tagCount }
    }
    // They measure one after the other, so one lane does.
    let lane = TransportLane(of: transport, firstTag: firstTag)
    var profilers: [String: Profiler] = [:]
    for entry in entries where measuresCosts && profilers[entry.bits] == nil {
      guard let dataset else { continue }
      let config = try entry.experiment.config.with(
        replicas: [1], virtual: 1, schedule: "1f1b", cuts: [])
      profilers[entry.bits] = try Profiler(
        Experiment(config, data: config.describeData(), worldSize: 1), dataset: dataset,
        device: try device(), transport: lane)
    }
    self.entries = all
    self.trainers = trainers
    costs = RaceCosts(profilers, transport: lane)
    self.transport = transport
    losses = all.map { _ in [] }
  }

  /// Whether a rank needs the data for any of some plans, or for their costs.
  public static func readsData(
    _ entries: [RaceEntry], rank: Int, measuresCosts: Bool
  ) -> Bool {
    measuresCosts
      || entries.contains {
        rank < $0.experiment.plan.worldSize && $0.experiment.readsData(rank: rank)
      }
  }

  /// Runs rounds until the fastest is known or the time is up. Every rank must call it; all get the
  /// same numbers.
  ///
  /// - Parameters:
  ///   - seconds: the time for all rounds; the one under way is ended.
  ///   - fewestRounds: rounds that are run in any case.
  ///   - observe: told after each round how many there were, and the standings without the twin.
  /// - Throws: `TrainingError.bits` where two plans don't agree that should; `RuntimeError` or
  ///   `TransportError` on a rank whose own work failed: it must abort the others.
  public func run(
    seconds: Double, fewestRounds: Int = 1,
    observe: (RaceStandings) throws -> Void = { _ in }
  ) throws -> RaceOutcome {
    let start = ContinuousClock.now
    let steps = try stepsOfTurn()
    let costSteps = max(1, steps / 4)
    var (standings, twins) = (
      RaceStandings(plans: entries.count - 1), RaceStandings(plans: 2)
    )
    try costs.prepare()
    var isOver = false
    while !isOver {
      try costs.beginRound(steps: costSteps)
      var own = entries.map { _ in [Double]() }
      for place in entries.indices {
        // Nobody always comes behind the same one.
        let plan = (place + standings.rounds) % entries.count
        own[plan] = try turn(plan, steps: steps)
        let elapsed = (ContinuousClock.now - start) / .seconds(1)
        try costs.measure(steps: costSteps, elapsed: elapsed)
      }
      let round = try slowest(own).map(\.median)
      standings.add(round: Array(round.dropLast()))
      twins.add(round: [round[0], round[round.count - 1]])
      try observe(standings)
      let elapsed = (ContinuousClock.now - start) / .seconds(1)
      let isLate = try transport.share(elapsed > seconds)
      isOver = standings.rounds >= fewestRounds && (isLate || standings.verdict == .known)
    }
    return try outcome(standings, twins, steps: steps)
  }

  /// A turn of one plan: steps that don't count, for caches to be its own, and as many that do.
  private func turn(_ plan: Int, steps: Int) throws -> [Double] {
    guard let trainer = trainers[plan] else { return Array(repeating: 0, count: steps) }
    return try (0..<2 * steps).map { _ in
      let (seconds, loss) = try trainer.timeStep(number: losses[plan].count + 1)
      losses[plan].append(loss.bitPattern)
      return seconds
    }.suffix(steps)
  }

  /// Of each plan and step the slowest rank's seconds.
  private func slowest(_ own: [[Double]]) throws -> [[Double]] {
    let ranks = try transport.collect(own)
    return own.indices.map { plan in
      own[plan].indices.map { step in ranks.reduce(0) { max($0, $1[plan][step]) } }
    }
  }

  /// How many steps of a turn count.
  private func stepsOfTurn() throws -> Int {
    let first = try slowest(entries.indices.map { try turn($0, steps: 3) }).map(\.median)
    let fastest = first.min() ?? 1
    return Int(min(50, max(1, (Self.turnSeconds / max(fastest, 1e-9)).rounded(.up))))
  }

  /// Checks that runs that should have the same bits have: the loss of each step, the last weights.
  private func check(lastWeights digests: [String]) throws(TrainingError) {
    let bits = entries.map(\.bits)
    if let (one, other, step) = Self.difference(losses, among: bits) {
      throw .bits("the loss at step \(step + 1)", of: entries[one].name, and: entries[other].name)
    }
    if let (one, other, _) = Self.difference(digests.map { [$0] }, among: bits) {
      throw .bits("the last weights", of: entries[one].name, and: entries[other].name)
    }
  }

  /// The first two of the same bits that have another element somewhere, and where; nil where there are
  /// none.
  package static func difference<Element: Equatable>(
    _ sequences: [[Element]], among bits: [String]
  ) -> (one: Int, other: Int, place: Int)? {
    for (other, key) in bits.enumerated() {
      guard let one = bits.firstIndex(of: key) else { continue }
      let pairs = zip(sequences[one], sequences[other]).enumerated()
      if let place = pairs.first(where: { $1.0 != $1.1 })?.offset { return (one, other, place) }
    }
    return nil
  }

  /// What is predicted of the median turn: each turn is compared with the prediction at the speed that
  /// the machine had in its round.
  package static func predicted(_ step: Double, turns: [Double], slowness: [Double]) -> Double {
    turns.median * zip(turns, slowness).map { step * $1 / $0 }.median
  }

  private func outcome(
    _ standings: RaceStandings, _ twins: RaceStandings, steps: Int
  ) throws -> RaceOutcome {
    let digests = try transport.share(try trainers.map { try $0?.gatheredDigest() ?? "" })
    try check(lastWeights: digests)
    let (profiles, slowness) = (try costs.profiles(), try costs.slowness())
    let bytes = try transport.collect(trainers.map { $0?.arenaBytes ?? 0 })
    let plans = try entries.dropLast().enumerated().map { place, entry in
      RaceOutcome.Plan(
        name: entry.name, turns: standings.turns[place],
        predicted: try profiles[entry.bits].map { profile in
          let step = try Simulation(of: entry.experiment, profile: profile, cluster: nil).prediction
          return Self.predicted(
            step.makespanSeconds, turns: standings.turns[place], slowness: slowness)
        },
        arenaBytes: bytes.map { $0[place] }, weightsSHA256: digests[place])
    }
    return RaceOutcome(
      plans: plans, leader: standings.leader,
      ending: standings.verdict == .known ? .known : .timeLimit, stepsOfTurn: steps,
      floor: abs(twins.turns[1].median / twins.turns[0].median - 1))
  }
}
