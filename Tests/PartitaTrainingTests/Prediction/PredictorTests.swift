import Foundation
import PartitaConfig
import PartitaData
import PartitaDevice
import PartitaTraining
import PartitaTransport
import Testing

/// A trained network says the same whatever the plan, and as much as training knew of it.
@Suite struct PredictorTests {
  /// What a network of random weights says of its test part: L, and the bits of all outputs.
  private struct Said: Hashable, Sendable {
    let loss: UInt64
    let outputs: [UInt32]
  }

  private func said(
    _ model: TrainerModel, settings: [String], ranks: Int, weights: String
  ) throws -> [Said] {
    let config = try model.config(settings)
    let dataset = try config.loadData()
    let experiment = try Experiment(
      Blueprint(config, data: dataset.description, tellsOutputs: true), worldSize: ranks)
    return try LoopbackTransport.run(ranks: ranks) { transport in
      let readsData = experiment.readsData(rank: transport.rank)
      let predictor = try Predictor(
        experiment, dataset: readsData ? dataset : nil, weights: weights, device: CPUDevice(),
        transport: transport)
      var outputs: [UInt32] = []
      let loss = try predictor.run { outputs += $0.outputs.map(\.bitPattern) }
      return Said(loss: loss.bitPattern, outputs: outputs)
    }
  }

  /// Trains, keeps the weights in a file, and hands on the test loss and accuracy.
  private func trained(
    _ model: TrainerModel, _ body: (String, (loss: Double, accuracy: Double?)) throws -> Void
  ) throws {
    let config = try model.config()
    let dataset = try config.loadData()
    let experiment = try Experiment(config, data: dataset.description, worldSize: 1)
    let trainer = try Trainer(
      experiment, dataset: dataset, device: CPUDevice(), transport: LoopbackTransport.solo())
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    var test: (loss: Double, accuracy: Double?) = (.nan, nil)
    try trainer.run { event in
      guard case .end(let end) = event else { return }
      test = (end.testLoss ?? .nan, end.testAccuracy)
      try Safetensors.write(end.weights, metadata: ["note": "kept"], to: path)
    }
    try body(path, test)
  }

  /// Law 2: outputs and loss have the bits of one rank under every plan, and every rank knows them; the
  /// loss is the last one of the training.
  @Test(arguments: [TrainerModel.mlp, .skip, .gpt, .lenet, .resnet])
  func outputsDoNotDependOnThePlan(_ model: TrainerModel) throws {
    try trained(model) { weights, test in
      let alone = try said(model, settings: [], ranks: 1, weights: weights)[0]
      #expect(alone.loss == test.loss.bitPattern)
      #expect(!alone.outputs.isEmpty)
      for (ranks, settings) in [
        (2, ["parallel.stages=2"]), (2, ["parallel.stages=1", "parallel.replicas=2"]),
        (3, ["parallel.stages=3"]), (4, ["parallel.stages=2", "parallel.replicas=2"]),
      ] {
        let all = try said(model, settings: settings, ranks: ranks, weights: weights)
        #expect(all.allSatisfy { $0 == alone }, "\(settings)")
      }
    }
  }

  /// The confusion matrix counts every answer once, and its accuracy is that of the training.
  @Test func evaluationAgreesWithTraining() throws {
    let model = TrainerModel.mlp
    try trained(model) { weights, test in
      let config = try model.config()
      let dataset = try config.loadData()
      let experiment = try Experiment(
        Blueprint(config, data: dataset.description, tellsOutputs: true), worldSize: 1)
      let predictor = try Predictor(
        experiment, dataset: dataset, weights: weights, device: CPUDevice(),
        transport: LoopbackTransport.solo())
      var evaluation = Evaluation(classes: (0..<predictor.classes).map(String.init))
      _ = try predictor.run {
        evaluation.add($0, labels: dataset.test.classes(of: $0.samples))
      }
      #expect(evaluation.count == dataset.test.count)
      #expect(evaluation.accuracy == test.accuracy)
      #expect(evaluation.rows.reduce(0) { $0 + $1.answered } == evaluation.count)
      #expect(evaluation.rows.reduce(0) { $0 + $1.right } == evaluation.right)
    }
  }

  /// Prediction needs less memory than training: no gradients, no state, nothing kept for B.
  @Test(arguments: [TrainerModel.mlp, .gpt]) func takesLessMemory(_ model: TrainerModel) throws {
    try trained(model) { weights, _ in
      let config = try model.config()
      let dataset = try config.loadData()
      let experiment = try Experiment(
        Blueprint(config, data: dataset.description, tellsOutputs: true), worldSize: 1)
      let solo = LoopbackTransport.solo()
      let predictor = try Predictor(
        experiment, dataset: dataset, weights: weights, device: CPUDevice(), transport: solo)
      let trainer = try Trainer(
        experiment, dataset: dataset, device: CPUDevice(), transport: solo)
      #expect(predictor.arenaBytes < trainer.arenaBytes)
    }
  }

  /// Weights under other names are those of the model, once `model.rename` says which.
  @Test func weightsAreRenamed() throws {
    try trained(.mlp) { weights, _ throws in
      let tensors = try Safetensors.read(weights)
      let theirs = tensors.map {
        NamedTensor(name: "net.\($0.name)", shape: $0.shape, values: $0.values)
      }
      let path = "\(weights).theirs"
      defer { try? FileManager.default.removeItem(atPath: path) }
      try Safetensors.write(theirs, to: path)
      func digest(_ names: [String]) throws -> String? {
        let config = try TrainerModel.mlp.config(
          ["model.weights=\(path)", "model.rename={\(names.joined(separator: ", "))}"])
        let dataset = try config.loadData()
        let experiment = try Experiment(config, data: dataset.description, worldSize: 1)
        return try Trainer(
          experiment, dataset: dataset, device: CPUDevice(), transport: LoopbackTransport.solo()
        ).weightsFact.value
      }
      let names = tensors.map { "net.\($0.name): \($0.name)" }
      #expect(try digest(names) == weightsDigest(tensors))
      #expect(throws: TrainingError.self) { try digest(Array(names.dropLast())) }
      #expect(throws: TrainingError.self) { try digest(names + ["other: linear9.weight"]) }
    }
  }

  /// A file's notes are read without its tensors.
  @Test func notesAreRead() throws {
    try trained(.mlp) { weights, _ in
      let notes = try Safetensors.metadata(of: weights)
      #expect(notes == ["note": "kept"])
    }
  }
}

/// Outputs as a choice among classes.
@Suite struct ChoiceTests {
  /// The softmax of equal outputs is even, and of equal ones the first is best.
  @Test func equalOutputs() {
    let choice = Choice([Float](repeating: 3, count: 4))
    #expect(choice.probabilities == [0.25, 0.25, 0.25, 0.25])
    #expect(choice.best == 0)
  }

  /// Against the closed form for two classes, 1 / (1 + exp(-(a - b) / T)); large outputs overflow nothing.
  @Test(arguments: [(0, 0.5, 1.0), (2, -1, 1), (2, -1, 0.25), (-3, 4, 2), (1e4, -1e4, 1)])
  func twoClasses(_ a: Double, _ b: Double, _ temperature: Double) {
    let choice = Choice([Float(a), Float(b)], temperature: temperature)
    let expected = 1 / (1 + exp(-(a - b) / temperature))
    #expect(abs(choice.probabilities[0] - expected) <= 1e-15)
    #expect(abs(choice.probabilities.reduce(0, +) - 1) <= 1e-15)
    #expect(choice.best == (a >= b ? 0 : 1))
  }

  /// A class is drawn for the share of points that is its probability.
  @Test func drawing() {
    let choice = Choice([Float(log(1.0)), Float(log(2.0)), Float(log(5.0))])
    let drawn = (0..<800).map { choice.drawn(at: (Double($0) + 0.5) / 800) }
    #expect([0, 1, 2].map { kind in drawn.count { $0 == kind } } == [100, 200, 500])
    #expect(choice.drawn(at: 1 - 1e-17) == 2)
  }
}

/// Counted answers.
@Suite struct EvaluationTests {
  /// Against numbers worked out by hand.
  @Test func byHand() {
    var evaluation = Evaluation(classes: ["a", "b", "c"])
    let outputs: [Float] = [5, 1, 0, 5, 1, 0, 0, 9, 1, 3, 0, 0]
    evaluation.add(
      Predictor.Answers(samples: 0..<4, classes: 3, outputs: outputs), labels: [0, 1, 1, 0])
    #expect(evaluation.confusion == [[2, 0, 0], [1, 1, 0], [0, 0, 0]])
    #expect(evaluation.accuracy == 0.75)
    let rows = evaluation.rows
    #expect(rows[0].precision == 2.0 / 3 && rows[0].recall == 1 && rows[0].f1 == 0.8)
    #expect(rows[1].precision == 1 && rows[1].recall == 0.5 && rows[1].f1 == 2.0 / 3)
    #expect(rows[2].precision == nil && rows[2].recall == nil && rows[2].f1 == nil)
  }
}
