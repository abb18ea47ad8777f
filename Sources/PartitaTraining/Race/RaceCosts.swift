internal import PartitaConfig
internal import PartitaPlan
internal import PartitaTransport

/// What layers and messages cost while plans race.
///
/// Costs are measured between the plans' turns, one kind of step at a time, so that every round has
/// some: they tell how slow the machine was in it.
final class RaceCosts {
  private let transport: any Transport
  /// What measures, for each way in which bits can be.
  private let profilers: [(bits: String, profiler: Profiler)]
  /// All kinds of steps of all profilers.
  private let kinds: [(profiler: Profiler, kind: Int)]
  /// Of each round the kinds that were timed, with this rank's seconds of a step.
  private var rounds: [[(kind: Int, seconds: Double)]] = []
  private var next = 0
  private var spent = 0.0

  /// Measures with some profilers, of the ranks of one transport.
  init(_ profilers: [String: Profiler], transport: any Transport) {
    let ordered = profilers.sorted { $0.key < $1.key }.map { (bits: $0.key, profiler: $0.value) }
    self.transport = transport
    self.profilers = ordered
    kinds = ordered.flatMap { entry in entry.profiler.kinds.map { (entry.profiler, $0) } }
  }

  /// Warms up. Every rank must call it.
  func prepare() throws {
    for (_, profiler) in profilers { _ = try profiler.usefulRepeats() }
  }

  /// A new round begins: all kinds are timed in the first one, one in any other. Every rank must call it.
  func beginRound(steps: Int) throws {
    rounds.append([])
    for _ in rounds.count == 1 ? kinds.indices : kinds.indices.prefix(1) { try turn(steps) }
  }

  /// Times one more kind of step, unless costs have had as much time as the plans.
  ///
  /// - Parameters:
  ///   - steps: how many count.
  ///   - elapsed: seconds since the race began.
  func measure(steps: Int, elapsed: Double) throws {
    guard !kinds.isEmpty, try transport.share(2 * spent <= elapsed) else { return }
    try turn(steps)
  }

  private func turn(_ steps: Int) throws {
    let start = ContinuousClock.now
    let (profiler, kind) = kinds[next]
    let seconds = try profiler.turn(steps, of: kind)
    rounds[rounds.count - 1].append((next, seconds))
    next = (next + 1) % kinds.count
    spent += (ContinuousClock.now - start) / .seconds(1)
  }

  /// The profiles that were measured, by bits. Every rank must call it; all get the same.
  func profiles() throws -> [String: Profile] {
    var profiles: [String: Profile] = [:]
    for (bits, profiler) in profilers {
      profiles[bits] = try profiler.profile(try profiler.messages(repeats: 10))
    }
    return profiles
  }

  /// Of each round how long it took what usually takes 1. Every rank must call it; all get the same.
  func slowness() throws -> [Double] {
    let own = rounds.map { $0.map(\.seconds) }
    let all = try transport.collect(own)
    let seconds = own.indices.map { round in
      own[round].indices.map { turn in all.reduce(0) { $0 + $1[round][turn] } }
    }
    let usual = kinds.indices.map { kind in
      zip(rounds, seconds).flatMap { round, seconds in
        zip(round, seconds).filter { $0.0.kind == kind }.map(\.1)
      }.median
    }
    return zip(rounds, seconds).map { round, seconds in
      zip(round, seconds).reduce(0) { $0 + $1.1 / usual[$1.0.kind] } / Double(max(1, round.count))
    }
  }
}
