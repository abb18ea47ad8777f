import Foundation
import PartitaStudy
import PartitaTraining
import Testing

/// What `train` and `verify` promise.
@Suite(.serialized) struct TrainTests {
  /// The first run: at least 91 % on digits by other writers, the same bits on 1 and on 4 ranks.
  @Test func digitsAreLearntWithTheSameBits() throws {
    try Partita.withTemporaryFolder { folder in
      let output = "output.directory=\(folder.path)/run"
      let four = try Partita.train(Partita.config("digits.yaml"), [output], ranks: 4)
      try #require(four.succeeded, "\(four.standardError)")
      let one = try Partita.train(
        Partita.config("digits.yaml"), [output, "parallel.stages=1", "parallel.replicas=1"])
      try #require(one.succeeded, "\(one.standardError)")
      #expect(four.standardOutput == one.standardOutput)

      let events = try Event.all(in: four.standardOutput)
      #expect(events.filter { $0.event == "step" }.compactMap(\.step) == Array(1...480))
      #expect(
        events.filter { $0.event == "step" }.allSatisfy { ($0.objective ?? 0) > $0.loss ?? 0 })
      let epochs = events.filter { $0.event == "epoch" }
      #expect(epochs.compactMap(\.epoch) == Array(1...20))
      #expect(epochs.compactMap(\.trainLoss).count == 20)
      #expect(epochs.last?.trainAccuracy ?? 0 >= 0.99)
      let end = try #require(events.last)
      #expect(end.event == "end" && end.steps == 480)
      #expect(end.testAccuracy ?? 0 >= 0.91)
      let weights = try Safetensors.read("\(folder.path)/run/weights.safetensors")
      #expect(weightsDigest(weights) == end.weightsSHA256)
    }
  }

  /// Weights that were written can be loaded: a run that hardly learns keeps their test loss.
  @Test func weightsContinueWhereTheyWere() throws {
    try Partita.withTemporaryFolder { folder in
      let first = try Partita.train(
        Partita.config("adamw.yaml"), ["output.directory=\(folder.path)/first"], steps: 5)
      try #require(first.succeeded, "\(first.standardError)")
      let second = try Partita.train(
        Partita.config("adamw.yaml"),
        [
          "output.directory=\(folder.path)/second", "training.learning_rate=1.0e-30",
          "model.weights=\(folder.path)/first/weights.safetensors",
        ], steps: 1)
      try #require(second.succeeded, "\(second.standardError)")
      let ends = try [first, second].map { try Event.all(in: $0.standardOutput).last }
      #expect(ends[0]?.testLoss == ends[1]?.testLoss)
      #expect(ends[0]?.weightsSHA256 == ends[1]?.weightsSHA256)
    }
  }

  /// Law 2, through the command that users have for it.
  @Test(arguments: [
    ("digits.yaml", 4), ("clipping.yaml", 3), ("adamw.yaml", 3), ("ragged.yaml", 2),
    ("gpt-tied-dropout.yaml", 2), ("skip.yaml", 2),
  ])
  func verifySaysEqual(config: String, ranks: Int) throws {
    let result = try Partita.run(
      ["verify", Partita.config(config), "--ranks", "\(ranks)", "--steps", "3"])
    #expect(result.succeeded, "\(result.standardOutput)\(result.standardError)")
    #expect(result.standardOutput.contains("give the bits of one rank"))
    #expect(!result.standardOutput.contains("DIFFERENT"))
  }

  /// What plans compute again, one rank keeps: dropout among it, and over MPI.
  @Test(arguments: [("gpt-tied-dropout.yaml", "all", 2), ("digits.yaml", "[linear1]", 2)])
  func recomputationHasTheSameBits(config: String, recompute: String, ranks: Int) throws {
    let result = try Partita.run(
      [
        "verify", Partita.config(config), "--ranks", "\(ranks)", "--steps", "3", "--schedules",
        "1f1b", "--set", "parallel.recompute=\(recompute)",
      ])
    #expect(result.succeeded, "\(result.standardOutput)\(result.standardError)")
    #expect(result.standardOutput.contains("give the bits of one rank"))
  }

  /// Law 2 where replicas share updates, over MPI: on one rank nobody shares.
  @Test(arguments: [("adamw.yaml", 2), ("clipping.yaml", 4)])
  func sharedUpdatesHaveTheSameBits(config: String, ranks: Int) throws {
    let result = try Partita.run(
      [
        "verify", Partita.config(config), "--ranks", "\(ranks)", "--steps", "3", "--schedules",
        "1f1b", "--set", "parallel.sharded_update=true",
      ])
    #expect(result.succeeded, "\(result.standardOutput)\(result.standardError)")
    #expect(result.standardOutput.contains("give the bits of one rank"))
  }

  /// The picture of a program is part of what users read.
  @Test func scheduleOfTheFirstRun() throws {
    let result = try Partita.run(["schedule", Partita.config("digits.yaml"), "--ranks", "4"])
    #expect(
      result.standardOutput.contains(
        """
        rank 0 (stage 0, replica 0)  0F0 0F2 .   .   0B0 -   .   0B2 -
        rank 1 (stage 0, replica 1)  0F1 0F3 .   .   0B1 -   .   0B3 -
        rank 2 (stage 1, replica 0)  .   1F0 1B0 -   1F2 1B2 -
        rank 3 (stage 1, replica 1)  .   1F1 1B1 -   1F3 1B3 -
        """), "\(result.standardOutput)")
    #expect(
      result.standardOutput.contains(
        "1RECV_F0<0 1RECV_F2<0 1F0 1B0 1SEND_B0>0 1F2 1B2 1SEND_B2>0 1REDUCE0 1COMBINE0 1UPDATE"))
  }

  @Test func benchHasTheKeysOfItsPeer() throws {
    let result = try Partita.run(
      ["bench", Partita.config("digits.yaml"), "--json", "--steps", "3", "--warmup", "1"], ranks: 4)
    try #require(result.succeeded, "\(result.standardError)")
    let object = try JSONSerialization.jsonObject(with: Data(result.standardOutput.utf8))
    let keys = try #require(object as? [String: Any]).keys
    for key in [
      "seconds_per_step", "samples_per_second", "min", "max", "loss", "ranks", "batch",
      "microbatches",
    ] { #expect(keys.contains(key)) }
  }
}
