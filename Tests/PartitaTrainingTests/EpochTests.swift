import PartitaConfig
import PartitaData
import PartitaDevice
import PartitaTraining
import PartitaTransport
import Testing

/// What an epoch came to: answers are counted as integers, means are over its samples.
@Suite struct EpochTests {
  private struct Outcome: Sendable {
    var steps: [StepRecord] = []
    var epochs: [EpochRecord] = []
  }

  private func train(_ yaml: String, ranks: Int = 1, hasTest: Bool = true) throws -> Outcome {
    let config = try TrainingConfig(yaml: yaml, file: "run.yaml", overrides: [])
    let dataset = try config.loadData()
    let description = dataset.description
    let experiment = try Experiment(
      config, data: hasTest ? description : description.asOneBatch(of: description.trainCount),
      worldSize: ranks)
    return try LoopbackTransport.run(ranks: ranks) { transport in
      let trainer = try Trainer(
        experiment, dataset: dataset, device: CPUDevice(), transport: transport)
      var outcome = Outcome()
      try trainer.run { event in
        switch event {
        case .step(let step): outcome.steps.append(step)
        case .epoch(let epoch): outcome.epochs.append(epoch)
        case .checkpoint, .best, .end: break
        }
      }
      return outcome
    }[0]
  }

  /// One class: every answer is right, and 1/n isn't a float.
  @Test func perfectIsExactlyOne() throws {
    let outcome = try train(
      """
      data: {name: synthetic, samples: 49, test_samples: 1000, classes: 1, features: 4}
      model: {kind: mlp, widths: [4, 3, 1]}
      training: {epochs: 2, batch: 16, microbatches: 4}
      """)
    #expect(outcome.epochs.map(\.testAccuracy) == [1, 1])
    #expect(outcome.epochs.map(\.trainAccuracy) == [1, 1])
  }

  @Test func fourOfFiveAreFourFifths() {
    var sums = EpochSums()
    sums.add(loss: 0.5, samples: 3, correctCount: 3, answers: 3)
    sums.add(loss: 1, samples: 2, correctCount: 1, answers: 2)
    #expect(sums.accuracy == 0.8)
    #expect(sums.meanLoss == 0.7)
  }

  /// A text has an answer at each of its positions.
  @Test(arguments: ["[1]", "[1, 2]"]) func answersOfTextsAreCounted(replicas: String) throws {
    let outcome = try train(
      """
      data: {name: synthetic, samples: 16, test_samples: 9, context: 5, classes: 3}
      model: {kind: gpt, depth: 2, width: 8, heads: 2}
      training: {batch: 8, microbatches: 4, epochs: 2}
      parallel: {replicas: \(replicas)}
      """, ranks: replicas == "[1]" ? 1 : 3)
    for epoch in outcome.epochs {
      let accuracies = try [
        (#require(epoch.trainAccuracy), 16.0 * 5), (#require(epoch.testAccuracy), 9.0 * 5),
      ]
      for (accuracy, answers) in accuracies {
        let right = (accuracy * answers).rounded()
        #expect(accuracy == right / answers && (1..<answers).contains(right))
      }
    }
  }

  /// A ragged last batch counts by its samples; without a test set the epoch is told all the same;
  /// an epoch that the run ends within is told of the steps that it had.
  @Test func trainingLossIsTheMeanOverSamples() throws {
    let outcome = try train(
      """
      data: {name: synthetic, samples: 11, test_samples: 1, features: 6, classes: 4}
      model: {kind: mlp, widths: [6, 5, 4]}
      objective: {loss: squared-error}
      training: {batch: 4, microbatches: 2, steps: 4}
      """, hasTest: false)
    try #require(outcome.steps.map(\.samples) == [4, 4, 3, 4])
    let loss = outcome.steps.map(\.loss)
    #expect(
      outcome.epochs.map(\.trainLoss)
        == [(loss[0] * 4 + loss[1] * 4 + loss[2] * 3) / 11, loss[3] * 4 / 4])
    #expect(outcome.epochs.map(\.epoch) == [1, 2])
    #expect(
      outcome.epochs.allSatisfy {
        $0.trainAccuracy == nil && $0.testLoss == nil && $0.testAccuracy == nil
      })
  }
}
