import Foundation
import PartitaConfig
import PartitaData
import PartitaPlan
import PartitaReport
import PartitaStudy
import PartitaTraining
import Testing

/// What a scaling study launches, and what it reads of that.
@Suite struct ScalingTests {
  static let digits = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "configs/digits.yaml").path

  static let cluster = URL(filePath: digits).deletingLastPathComponent()
    .appending(path: "clusters/two-core-cpu.yaml").path

  static func config(_ overrides: String...) throws -> TrainingConfig {
    try TrainingConfig(contentsOf: digits, overrides: overrides)
  }

  @Test func listsOfRanks() throws {
    #expect(try RankList("4,1,2").counts == [1, 2, 4])
    #expect(throws: RankListError.noCount("0", list: "0")) { try RankList("0") }
    #expect(throws: RankListError.noCount("", list: "1,")) { try RankList("1,") }
    #expect(throws: RankListError.noCount(" 2", list: "1, 2")) { try RankList("1, 2") }
    #expect(throws: RankListError.twice(2, list: "2,1,2")) { try RankList("2,1,2") }
  }

  /// The configuration's own plan where it fits the ranks, an open one where it doesn't.
  @Test func plansFollowTheRanks() throws {
    let config = try Self.config()
    for ranks in [1, 2, 4] {
      let scalingCase = try ScalingCase(config, ranks: ranks, isWeak: false)
      #expect(scalingCase.experiment.plan.worldSize == ranks)
      #expect((scalingCase.experiment.config == config) == (ranks == 4))
      #expect(scalingCase.experiment.batches.batch == 64)
    }
    #expect(throws: TrainingError.self) {
      try ScalingCase(Self.config("parallel.stages=2"), ranks: 3, isWeak: false)
    }
  }

  @Test func weakScalingGrowsTheBatch() throws {
    let scalingCase = try ScalingCase(
      Self.config("training.batch=32"), ranks: 4, isWeak: true)
    let loop = scalingCase.experiment.config.training
    #expect(loop.batch == 128 && loop.microbatches == 16)
  }

  /// Every case once for nothing, then in rounds; as many steps as take half a second.
  @Test func casesAreLaunchedInRounds() throws {
    let launcher = FakeLauncher()
    let cases = try [1, 2].map { try ScalingCase(Self.config(), ranks: $0, isWeak: false) }
    var rounds: [Int] = []
    let results = try ScalingStudy(cases: cases, repeats: 2).measure(
      launcher, beforeRound: { rounds.append($0) })
    #expect(launcher.launches.map(\.ranks) == [1, 2, 1, 2, 1, 2])
    #expect(
      launcher.launches.map(\.config) == [0, 1, 0, 1, 0, 1].map { cases[$0].experiment.config })
    #expect(launcher.steps == [30, 30, 50, 50, 50, 50])
    #expect(rounds == [1, 2])
    #expect(results.map(\.records.count) == [2, 2])
  }

  @Test func theFirstFailureEndsAStudy() throws {
    let launcher = FakeLauncher()
    launcher.failing = [2]
    let cases = try [1, 2].map { try ScalingCase(Self.config(), ranks: $0, isWeak: false) }
    #expect(throws: ScalingError.failed(ranks: 2, problem: "no more memory")) {
      try ScalingStudy(cases: cases, repeats: 2).measure(launcher)
    }
    #expect(launcher.launches.count == 2)
  }

  @Test func aRecordIsTheLastLineOfItsKind() throws {
    let line =
      #"{"case":"a","plan":"2 x 1","schedule":"1f1b","ranks":2,"batch":64,"microbatches":4,"#
      + #""seconds_per_step":0.5,"samples_per_second":128.0,"min":0.4,"max":0.6,"loss":1.0,"#
      + #""arena_bytes":[1,2],"grown_bytes":[3,4]}"#
    let record = try #require(BenchRecord(output: "{\"x\":1}\n\(line)\nsome words\n"))
    #expect(record.secondsPerStep == 0.5 && record.plan == "2 x 1")
    #expect("\(record.json)" == line, "what is printed is what is read")
    #expect(BenchRecord(output: "some words") == nil)
  }
}

/// Plans that are measured side by side.
@Suite struct PlanSampleTests {
  /// One launch for each number of ranks, and plans come back in the order of the sample.
  @Test func plansOfAsManyRanksShareALaunch() throws {
    let config = try TrainingConfig(
      yaml: """
        data: {name: synthetic, samples: 16, test_samples: 8, features: 7, classes: 5}
        model: {kind: mlp, widths: [7, 13, 11, 9, 5]}
        objective: {loss: cross-entropy}
        training: {batch: 8, microbatches: 4, steps: 4, learning_rate: 0.1}
        """, file: "run.yaml")
    let launcher = FakeLauncher()
    let sample = try PlanSample(config, count: 6, ranks: 2)
    var records: [RaceRecord] = []
    let (plans, floor) = try sample.measure(launcher, rounds: 5) { record, isFromBefore in
      records.append(record)
      #expect(!isFromBefore)
    }
    #expect(launcher.launches.map(\.ranks) == [1, 2])
    #expect(records.reduce(0) { $0 + $1.plans.count } == 6)
    #expect(plans.count == 6 && Set(plans.map(\.plan)).count == 6)
    #expect(plans.allSatisfy { abs($0.error + 0.01) < 1e-9 })
    #expect(floor == 0.01)
    launcher.failing = [4]
    #expect(throws: ScalingError.failed(ranks: 2, problem: "no more memory")) {
      try sample.measure(launcher, rounds: 5) { _, _ in }
    }
  }
}
