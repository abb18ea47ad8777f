import PartitaConfig
import PartitaData
import PartitaDevice
import PartitaTraining
import PartitaTransport
import Testing

/// What epochs are judged by.
@Suite struct ValidationTests {
  private struct Outcome: Sendable {
    var epochs: [EpochRecord] = []
    var steps = 0
    var best: [Int] = []
    var bestWeights: [[Float]] = []
    var weights: [[Float]] = []
  }

  private static let base = """
    data: {name: synthetic, samples: 60, test_samples: 12, features: 6, classes: 4}
    model: {kind: mlp, widths: [6, 9, 4], activation: tanh}
    training: {batch: 8, microbatches: 4, epochs: 12, learning_rate: 0.8, momentum: 0.9}
    """

  private static func train(_ overrides: [String], ranks: Int = 1) throws -> Outcome {
    let config = try TrainingConfig(yaml: base, file: "run.yaml", overrides: overrides)
    let dataset = try config.loadData()
    let experiment = try Experiment(config, data: dataset.description, worldSize: ranks)
    return try LoopbackTransport.run(ranks: ranks) { transport in
      let trainer = try Trainer(
        experiment, dataset: dataset, device: CPUDevice(), transport: transport)
      var outcome = Outcome()
      try trainer.run { event in
        switch event {
        case .step: outcome.steps += 1
        case .epoch(let epoch): outcome.epochs.append(epoch)
        case .best(let epoch, let weights):
          outcome.best.append(epoch)
          outcome.bestWeights = weights.map(\.values)
        case .end(let end): outcome.weights = end.weights.map(\.values)
        case .checkpoint: break
        }
      }
      return outcome
    }[0]
  }

  /// The last tenth isn't trained on: 54 samples are 7 steps of 8.
  @Test func aShareOfTheTrainingSamples() throws {
    let outcome = try Self.train(["training.validation=0.1"])
    #expect(outcome.steps == 7 * 12)
    #expect(outcome.epochs.allSatisfy { $0.validationLoss != nil && $0.testLoss != nil })
    // Six samples: accuracies are sixths.
    #expect(
      outcome.epochs.allSatisfy { epoch in
        (0...6).contains { epoch.validationAccuracy == Double($0) / 6 }
      })
  }

  @Test func theTestSetJudges() throws {
    let outcome = try Self.train(["training.validation=test"])
    let plain = try Self.train([])
    #expect(outcome.steps == plain.steps)
    #expect(outcome.weights == plain.weights)
    #expect(outcome.epochs.map(\.validationLoss) == plain.epochs.map(\.testLoss))
  }

  /// The run ends after so many epochs without a better one, and the best is kept; whatever the plan.
  @Test(arguments: [1, 2, 4]) func patienceAndTheBest(ranks: Int) throws {
    let options = [
      "training.validation=0.2", "training.patience=2", "output.keep_best=true",
      "parallel.stages=\(ranks > 1 ? 2 : 1)", "parallel.replicas=\(ranks > 2 ? 2 : 1)",
    ]
    let outcome = try Self.train(options, ranks: ranks)
    let serial = try Self.train(Array(options.prefix(3)))
    let losses = outcome.epochs.compactMap(\.validationLoss)
    try #require(losses.count < 12, "this run never gets worse: it tests nothing")
    let best = try #require(losses.indices.min { losses[$0] < losses[$1] })
    #expect(losses.count == best + 1 + 2)
    #expect(outcome.best.last == best + 1)
    #expect(outcome.bestWeights != outcome.weights)
    #expect(losses == serial.epochs.compactMap(\.validationLoss))
    #expect(outcome.bestWeights == serial.bestWeights && outcome.weights == serial.weights)
  }

  @Test func aShareOfNothing() {
    let error = #expect(throws: TrainingError.self) {
      try Self.train(["training.validation=0.001"])
    }
    #expect(error?.description.contains("0.001 of 60 samples is none") == true)
  }
}
