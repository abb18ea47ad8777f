import PartitaConfig
import PartitaPlan
import PartitaSchedule
import PartitaStudy
import PartitaTraining

/// Launches nothing: remembers what it was asked for, and says what a test wants.
final class FakeLauncher: RunLauncher {
  /// What was asked for, in order.
  private(set) var launches: [(config: TrainingConfig, ranks: Int)] = []
  /// The steps that were to be measured, in order.
  private(set) var steps: [Int] = []
  /// The runs, counted from 1, that fail.
  var failing: Set<Int> = []
  /// The runs of `train`, counted from 1, whose losses differ.
  var differing: Set<Int> = []
  /// Launches of an earlier launcher, which are counted, too.
  var earlier = 0
  /// Seconds that every step takes, by the number of its launch.
  var secondsOfLaunch: (Int) -> Double = { _ in 0.01 }
  /// What it brings back of a trace and of a profile.
  var trace: Trace?
  var profile: Profile?

  private func note(_ config: TrainingConfig, _ ranks: Int) throws {
    launches.append((config, ranks))
    if failing.contains(launches.count) { throw RunError.failed(problem: "no more memory") }
  }

  func measureSteps(_ config: TrainingConfig, ranks: Int, steps: Int) throws -> BenchRecord {
    try note(config, ranks)
    self.steps.append(steps)
    let secondsPerStep = secondsOfLaunch(earlier + launches.count)
    let line =
      #"{"case":"fake","plan":"\#(ranks) x 1","schedule":"1f1b","ranks":\#(ranks),"#
      + #""batch":\#(config.training.batch),"microbatches":\#(config.training.microbatches),"#
      + #""seconds_per_step":\#(secondsPerStep),"samples_per_second":1,"min":0.1,"max":1,"loss":1,"#
      + #""arena_bytes":[],"grown_bytes":[]}"#
    guard let record = BenchRecord(output: line) else { throw RunError.noRecord }
    return record
  }

  func traceStep(_ config: TrainingConfig, ranks: Int, steps: Int) throws -> Trace? {
    try note(config, ranks)
    return trace
  }

  func measureProfile(_ config: TrainingConfig, ranks: Int, seconds: Double) throws -> Profile {
    try note(config, ranks)
    guard let profile else { throw RunError.failed(problem: "a fake has no profile") }
    return profile
  }

  func race(_ race: RaceRequest) throws -> RaceRecord {
    try note(race.config, race.ranks)
    let plans = race.plans.indices.map { place in
      let seconds = secondsOfLaunch(earlier + launches.count) * Double(place + 1)
      return #"{"name":"\#(place)","plan":"2 x 1","schedule":"1f1b","microbatches":1,"#
        + #""predicted":\#(0.99 * seconds),"turns":[\#(seconds)],"arena_bytes":[],"#
        + #""weights_sha256":""}"#
    }
    let line =
      #"{"case":"fake","ranks":\#(race.ranks),"leader":0,"ending":"known","steps_of_turn":1,"#
      + #""floor":0.01,"arena_bytes":[],"plans":[\#(plans.joined(separator: ","))]}"#
    guard let record = RaceRecord(output: line) else { throw RunError.noRecord }
    return record.naming(race.plans.map(\.name))
  }

  func train(_ config: TrainingConfig, ranks: Int) throws -> RunRecord {
    try note(config, ranks)
    let loss = differing.contains(launches.count) ? 0.25 : 0.5
    return RunRecord(
      output: "words\n{\"event\":\"step\",\"step\":1,\"loss\":\(loss),\"objective\":1.0}\n",
      weights: [NamedTensor(name: "w", shape: [1], values: [1])])
  }
}
