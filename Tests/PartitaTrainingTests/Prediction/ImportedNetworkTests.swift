import Foundation
import PartitaConfig
import PartitaData
import PartitaDevice
import PartitaGraph
import PartitaONNX
import PartitaTraining
import PartitaTransport
import TestFiles
import Testing

/// Networks of other programs say here what onnxruntime says of them, and go on learning.
@Suite struct ImportedNetworkTests {
  /// Inputs and outputs that onnxruntime had.
  struct Expected: Decodable {
    let shape: [Int]
    let input, output: [Float]
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../PartitaONNXTests/Fixtures").standardizedFileURL
  static let moved = ["attention-14", "heads-17", "norms-18", "rows-17"]
  static let names = ["image-9", "image-13", "image-21", "sequence-20"] + moved

  static func expected(_ name: String) throws -> Expected {
    let data = try Data(contentsOf: folder.appending(path: "nets.json"))
    return try #require(
      try JSONDecoder().decode([String: Expected].self, from: data)[name])
  }

  static func path(_ name: String) -> String { folder.appending(path: "\(name).onnx").path }

  /// Outputs of some ranks for the samples of an array.
  private func outputs(
    _ name: String, ranks: Int, settings: [String] = []
  ) throws -> [[Float]] {
    let expected = try Self.expected(name)
    let folder = try TemporaryFolder()
    try folder.write(npy(expected.input, shape: expected.shape), to: "x.npy")
    let config = try TrainingConfig(
      contentsOf: Self.path(name),
      overrides: ["training.batch=4", "training.microbatches=2", "training.gradient_groups=2"]
        + settings)
    let samples = try config.data.source.newSamples(in: [folder.file("x.npy")], notes: [:])
    let shape = try Blueprint.outputShape(config, input: samples.input, classes: 1)
    let labels = Array(shape.extents.dropLast())
    let description = DataDescription(
      input: samples.input, labels: labels, classes: shape.last, loss: .crossEntropy, trainCount: 4,
      testCount: samples.count)
    let experiment = try Experiment(
      Blueprint(config, data: description, tellsOutputs: true), worldSize: ranks)
    let dataset = samples.dataset(
      labels: labels, classes: shape.last, loss: .crossEntropy)
    return try LoopbackTransport.run(ranks: ranks) { transport in
      let predictor = try Predictor(
        experiment, dataset: dataset, weights: nil, device: CPUDevice(), transport: transport)
      var rows: [Float] = []
      _ = try predictor.run { rows += $0.outputs }
      return rows
    }
  }

  /// max |a - b| <= 1e-4 max |b|; where the file ends in a softmax, of the probabilities.
  @Test(arguments: names) func outputsAreThoseOfOnnxruntime(_ name: String) throws {
    let expected = try Self.expected(name)
    let network = try ImportedNetwork(ONNXFile.read(Self.path(name)))
    #expect(network.onPaper == nil)
    var own = try outputs(name, ranks: 1)[0]
    if network.leavesSoftmaxOut {
      let width = network.outputCount
      own = stride(from: 0, to: own.count, by: width).flatMap { start in
        Choice(Array(own[start..<start + width])).probabilities.map { Float($0) }
      }
    }
    #expect(own.count == expected.output.count)
    let largest = expected.output.map(abs).max() ?? 0
    let error = zip(own, expected.output).map { abs($0 - $1) }.max() ?? .infinity
    #expect(error <= 1e-4 * largest, "\(error) of \(largest)")
  }

  /// Law 2 holds for networks of others: the same bits on one rank and under any cut.
  @Test(arguments: ["image-13", "sequence-20"] + moved) func outputsDoNotDependOnThePlan(
    _ name: String
  ) throws {
    let alone = try outputs(name, ranks: 1)[0].map(\.bitPattern)
    for (ranks, settings) in [
      (2, ["parallel.stages=2"]), (3, ["parallel.stages=3"]), (2, ["parallel.replicas=2"]),
    ] {
      let all = try outputs(name, ranks: ranks, settings: settings)
      #expect(all.allSatisfy { $0.map(\.bitPattern) == alone }, "\(settings)")
    }
  }

  /// Training begins with the file's weights: the first step's loss is theirs, and it goes down.
  @Test(arguments: ["image-13"] + moved) func trainsFromTheWeightsOfTheFile(
    _ name: String
  ) throws {
    let config = try TrainingConfig(
      contentsOf: Self.path(name),
      overrides: [
        "training.batch=8", "training.microbatches=2", "training.gradient_groups=2",
        "training.epochs=6", "training.learning_rate=0.05",
      ])
    let dataset = try config.loadData()
    let experiment = try Experiment(config, data: dataset.description, worldSize: 1)
    let trainer = try Trainer(
      experiment, dataset: dataset, device: CPUDevice(), transport: LoopbackTransport.solo())
    #expect(trainer.readWeights)
    var losses: [Double] = []
    try trainer.run { event in
      if case .step(let step) = event { losses.append(step.loss) }
    }
    let first = try #require(losses.first)
    let last = try #require(losses.last)
    #expect(last < first, "\(losses)")
  }
}
