import PartitaConfig
import PartitaData
import PartitaDevice
import PartitaGraph
import PartitaPlan
import PartitaTraining
import PartitaTransport
import TestFiles
import Testing

/// Running values are part of a network without being trained.
@Suite struct BatchNormTests {
  private func experiment(_ overrides: [String] = []) throws -> (Experiment, Dataset) {
    let config = try TrainerModel.resnet.config(overrides)
    let dataset = try config.loadData()
    return (try Experiment(config, data: dataset.description, worldSize: 1), dataset)
  }

  private func weights(_ overrides: [String] = []) throws -> [NamedTensor] {
    let (experiment, dataset) = try experiment(overrides)
    let trainer = try Trainer(
      experiment, dataset: dataset, device: CPUDevice(), transport: LoopbackTransport.solo())
    var weights: [NamedTensor] = []
    try trainer.run { if case .end(let end) = $0 { weights = end.weights } }
    return weights
  }

  /// The weights' file has them, by PyTorch's names, moved from where they start.
  @Test func runningValuesAreSaved() throws {
    let tensors = try weights()
    let running = tensors.filter { $0.name.contains(".running_") }
    #expect(running.count == 2 * 9 && running.contains { $0.name == "layer2.0.bn1.running_var" })
    for tensor in running {
      let start: Float = tensor.name.hasSuffix("mean") ? 0 : 1
      #expect(tensor.values.allSatisfy { $0.isFinite && $0 != start })
    }
  }

  /// A file of weights without them isn't one of this network; that they are read is said by
  /// `PredictorTests.outputsDoNotDependOnThePlan`.
  @Test func aFileWithoutRunningValuesIsRefused() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("weights.safetensors")
    try Safetensors.write(weights().filter { $0.name != "bn1.running_mean" }, to: path)
    let error = #expect(throws: TrainingError.self) { try weights(["model.weights=\(path)"]) }
    #expect("\(try #require(error))".contains("there is no tensor bn1.running_mean"))
  }

  /// Neither decay nor clipping nor the number of parameters knows them, but memory does.
  @Test func runningValuesAreNoParameters() throws {
    let (experiment, _) = try experiment()
    let graph = experiment.training.graph
    let running = graph.runningValues.map(\.variable)
    #expect(running.count == 18 && Set(running).isDisjoint(with: graph.parameters))
    #expect(Set(running).isDisjoint(with: experiment.training.gradients.keys))
    let parameters = graph.parameters.reduce(0) { $0 + graph.type(of: $1).shape.count }
    #expect(experiment.summary[0].hasSuffix(" \(parameters) parameters"))
    let layer = try #require(graph.layers.firstIndex { $0.name == "bn1" })
    // γ and β; momentum of both, and the running values.
    let bytes = try LayerProfile.Bytes.all(of: StagedModel(layersOf: experiment.training))[layer]
    #expect(bytes.parameters == 2 * 3 * 4 && bytes.state == 4 * 3 * 4)
  }

  /// An image that the third group would leave nothing of.
  @Test func anImageTooSmallIsRefused() throws {
    let error = #expect(throws: TrainingError.self) {
      try experiment([
        "data={name: synthetic, samples: 21, test_samples: 5, shape: [2, 6, 3], classes: 4}"
      ])
    }
    #expect("\(try #require(error))".contains("resnet reads images of 4 x 4 pixels or more"))
  }

  /// A microbatch with one value of a channel has no variance: refused before anything runs.
  @Test func aMicrobatchOfOneValueIsRefused() throws {
    let error = #expect(throws: TrainingError.self) {
      try experiment([
        "model={kind: layers, layers: [{name: norm, kind: batch-norm}, {name: out, kind: flatten}]}",
        "data={name: synthetic, samples: 21, test_samples: 5, features: 4, classes: 4}",
      ])
    }
    #expect("\(try #require(error))".contains("layer 'norm' normalises a channel"))
    #expect("\(try #require(error))".contains("the smallest has 1 sample with one value"))
  }
}
