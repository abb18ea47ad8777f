import Foundation
import PartitaConfig
import PartitaData
import PartitaPlan
import PartitaStudy
import PartitaTraining
import Testing

/// What a scaling study launches, and what it reads of that.
@Suite struct ScalingTests {
  static let digits = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "configs/digits.yaml").path

  @Test func listsOfRanks() throws {
    #expect(try RankList("4,1,2").counts == [1, 2, 4])
    #expect(throws: RankListError.noCount("0", list: "0")) { try RankList("0") }
    #expect(throws: RankListError.noCount("", list: "1,")) { try RankList("1,") }
    #expect(throws: RankListError.noCount(" 2", list: "1, 2")) { try RankList("1, 2") }
    #expect(throws: RankListError.twice(2, list: "2,1,2")) { try RankList("2,1,2") }
  }

  /// The configuration's own plan where it fits the ranks, an open one where it doesn't.
  @Test func plansFollowTheRanks() throws {
    for ranks in [1, 2, 4] {
      let scalingCase = try ScalingCase(
        path: Self.digits, overrides: [], ranks: ranks, isWeak: false)
      #expect(scalingCase.experiment.plan.worldSize == ranks)
      #expect(scalingCase.overrides.isEmpty == (ranks == 4))
      #expect(scalingCase.experiment.batches.batch == 64)
    }
    #expect(throws: TrainingError.self) {
      try ScalingCase(
        path: Self.digits, overrides: ["parallel.stages=2"], ranks: 3, isWeak: false)
    }
  }

  @Test func weakScalingGrowsTheBatch() throws {
    let scalingCase = try ScalingCase(
      path: Self.digits, overrides: ["training.batch=32"], ranks: 4, isWeak: true)
    let loop = scalingCase.experiment.config.training
    #expect(loop.batch == 128 && loop.microbatches == 16)
  }

  @Test func aRecordIsTheLastLineOfItsKind() throws {
    let line =
      #"{"case":"a","plan":"2 x 1","schedule":"1f1b","ranks":2,"batch":64,"microbatches":4,"#
      + #""seconds_per_step":0.5,"samples_per_second":128,"min":0.4,"max":0.6,"loss":1}"#
    let record = try #require(BenchRecord(output: "{\"x\":1}\n\(line)\nsome words\n"))
    #expect(record.secondsPerStep == 0.5 && record.plan == "2 x 1" && record.arenaBytes == nil)
    #expect(BenchRecord(output: "some words") == nil)
  }
}
