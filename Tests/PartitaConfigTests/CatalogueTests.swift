import PartitaConfig
import PartitaData
import PartitaGraph
import PartitaKeys
import Testing

/// What catalogues list is what a configuration can choose, and what is described is what is read.
@Suite struct CatalogueTests {
  @Test func everyKindHasADescription() {
    let catalogue = Catalogue.standard
    let choices: [any ConfigChoice.Type] =
      catalogue.layers.items.map { $0 } + catalogue.models.items.map { $0 }
      + catalogue.optimizers.items.map { $0 } + catalogue.data.items.map { $0 }
    #expect(choices.count >= 28)
    for choice in choices {
      #expect(!choice.summary.isEmpty && !choice.summary.contains("|"), "\(choice.name)")
      #expect(Set(choice.keys.keyNames).count == choice.keys.keyNames.count, "\(choice.name)")
    }
  }

  /// Nonsense under a key that is described is found, so the key is read.
  @Test func describedKeysOfLayersAreRead() throws {
    let config = try TrainingConfig(yaml: everyKind, file: "run.yaml")
    let layers = try #require(config.model.family as? LayerList).layers
    var tried = 0
    for (index, layer) in layers.enumerated() {
      let kind = try #require(type(of: layer.kind) as? any ReadableLayerKind.Type)
      for key in kind.keys.keyNames {
        expectNonsense(
          everyKind, "model.layers.\(index).\(key)", at: "model.layers[\(index)].\(key)")
        tried += 1
      }
    }
    #expect(tried >= 27)
  }

  @Test(arguments: OptimizerCatalogue.standard.names)
  func describedKeysOfOptimizersAreRead(_ name: String) throws {
    let rule = try #require(OptimizerCatalogue.standard.item(named: name))
    for key in rule.keys.keyNames {
      expectNonsense(plain + "training: {optimizer: \(name)}\n", "training.\(key)")
    }
  }

  @Test(arguments: [
    "mlp, widths: [64, 10]", "lenet", "resnet, depth: 8",
    "gpt, depth: 1, width: 4, heads: 2, context: 8",
    "layers, layers: [{name: a, kind: relu}]",
  ])
  func describedKeysOfModelsAreRead(_ model: String) throws {
    let name = String(model.prefix { $0 != "," })
    let family = try #require(ModelCatalogue.standard.item(named: name))
    for key in family.keys.keyNames {
      expectNonsense("data: {name: digits}\nmodel: {kind: \(model)}\n", "model.\(key)")
    }
  }

  @Test func anotherPackagesKindsAreReadWrittenAndBuilt() throws {
    var catalogue = Catalogue.standard
    try catalogue.layers.add(TimesLayer.self)
    try catalogue.optimizers.add(Decaying.self)
    try catalogue.models.add(Scaled.self)
    let yaml = """
      data: {name: digits}
      model: {kind: scaled, factor: 3}
      training: {optimizer: decaying, halved_every: 4}
      """
    let config = try TrainingConfig(yaml: yaml, file: "run.yaml", catalogue: catalogue)
    #expect(config.training.learningRate.base == 0.25)
    let copy = try TrainingConfig(yaml: config.yaml(), file: "run.yaml", catalogue: catalogue)
    #expect(copy == config)

    let list = try TrainingConfig(
      yaml:
        "data: {name: digits}\nmodel: {kind: layers, layers: [{name: a, kind: times, factor: 2}]}",
      file: "run.yaml", catalogue: catalogue)
    let layers = try #require(list.model.family as? LayerList).layers
    var graph = Graph()
    let x = try graph.variable("input", .perSample([3]), .input)
    _ = try graph.buildNetwork(layers, on: x, mode: .training, seed: 0)
    #expect(graph.nodes.map(\.op.name) == ["scale"])

    var settings: [Setting: Double] = [:]
    config.training.optimizer.rule.settings(ofStep: 5) { settings[$0] = $1 }
    #expect(settings == [Setting("halving"): 0.5])
  }

  @Test func whatIsNotListedIsUnknown() {
    let error = #expect(throws: ConfigError.self) {
      try TrainingConfig(
        yaml: plain + "training: {optimizer: decaying}\n", file: "run.yaml",
        catalogue: Catalogue(optimizers: OptimizerCatalogue([SGD.self])))
    }
    #expect(
      error?.description
        == "run.yaml:3: training.optimizer: there is no choice \"decaying\". Known here: sgd")
  }

  @Test func aNameThatIsTakenIsRefused() {
    var catalogue = LayerCatalogue([ReLULayer.self, AddLayer.self])
    let error = #expect(throws: CatalogueError.self) { try catalogue.add(OtherReLU.self) }
    #expect(error?.description == "there is a \"relu\" already: choose another name")
    #expect(catalogue.names == ["relu", "add"])
    #expect(catalogue.item(named: "relu") is ReLULayer.Type)
  }

  private let plain = "data: {name: digits}\nmodel: {kind: mlp, widths: [64, 10]}\n"

  private func expectNonsense(_ yaml: String, _ key: String, at path: String? = nil) {
    let error = #expect(throws: ConfigError.self) {
      try TrainingConfig(yaml: yaml, file: "run.yaml", overrides: ["\(key)=[[]]"])
    }
    let place: String? =
      switch error {
      case .badValue(_, let path, _, _), .conflict(_, let path, _): path
      default: nil
      }
    #expect(place?.hasPrefix(path ?? key) == true, "\(key): \(error.map { "\($0)" } ?? "no error")")
  }
}

/// A kind of layer of another package.
private struct TimesLayer: ReadableLayerKind {
  static let name = "times"
  static let summary = "a number times what is read"
  static let keys = [
    KeyDescription("factor", type: "number above 0", standard: nil, meaning: "the number")
  ]

  let factor: Double

  enum CodingKeys: String, CodingKey {
    case factor
  }

  init(_ section: ConfigSection) throws(ConfigError) {
    factor = try section.require(CodingKeys.factor, .number(.positive))
  }

  func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    try network.graph.append(Scale(factor), inputs[0])
  }
}

/// A family of another package.
private struct Scaled: ModelFamily {
  static let name = "scaled"
  static let summary = "a flat sample, scaled by a linear layer"
  static let keys = TimesLayer.keys

  let factor: Double

  enum CodingKeys: String, CodingKey {
    case factor
  }

  init(_ section: ConfigSection, _ surroundings: ModelSurroundings) throws(ConfigError) {
    factor = try section.require(CodingKeys.factor, .number(.positive))
  }

  func layers(for data: ModelData) -> [LayerDescription] {
    [LayerDescription("head", .linear(features: data.classes))]
  }
}

/// An optimizer of another package: plain steps, by a setting of its own.
private struct Decaying: OptimizerRule {
  static let name = "decaying"
  static let summary = "steps that are halved again and again"
  static let usualLearningRate = 0.25
  static let keys = [
    KeyDescription(
      "halved_every", type: "whole number from 1", standard: nil, meaning: "steps between halvings")
  ]

  let every: Int

  enum CodingKeys: String, CodingKey {
    case every = "halved_every"
  }

  init(_ section: ConfigSection) throws(ConfigError) {
    every = try section.require(CodingKeys.every, .integer(atLeast: 1))
  }

  func update(_ call: UpdateCall, in graph: inout Graph) throws(GraphError) -> [Assignment] {
    let direction = try graph.append(
      ScaleBy(), call.gradient, try graph.setting(Setting("halving")))
    let next = try graph.append(Descend(), call.parameter, direction, call.learningRate)
    return [Assignment(variable: call.parameter, value: next)]
  }

  func settings(ofStep step: Int, _ set: (_ setting: Setting, _ number: Double) -> Void) {
    set(Setting("halving"), 1 / Double(1 << ((step - 1) / every)))
  }
}

/// A kind that takes another's name.
private struct OtherReLU: ActivationLayer {
  static let function = Activation.relu
  static let summary = "the same again"
}

/// A list with every kind of layer in it.
let everyKind = """
  data: {name: synthetic, samples: 4, shape: [1, 8, 8], classes: 2}
  model:
    kind: layers
    weights: start.safetensors
    layers:
      - {name: a, kind: conv2d, channels: 2, kernel: 3, stride: 1, padding: 1, activation: relu}
      - {name: b, kind: average-pool, kernel: 2}
      - {name: b1, kind: average-pool, kernel: [3, 2], stride: 1, padding: [1, 0, 1, 1], count_padding: false}
      - {name: b2, kind: conv2d, channels: 4, kernel: [1, 3], dilation: [1, 2], padding: [0, 1, 0, 2], groups: 2}
      - {name: c, kind: max-pool, kernel: 3, stride: 1, padding: 1, ceil: true}
      - {name: d, kind: relu}
      - {name: e, kind: sigmoid}
      - {name: f, kind: tanh}
      - {name: g, kind: gelu}
      - {name: g1, kind: silu}
      - {name: g2, kind: hard-swish}
      - {name: g3, kind: softplus}
      - {name: g4, kind: leaky-relu, slope: 0.2}
      - {name: g5, kind: elu, alpha: 0.5}
      - {name: g6, kind: hard-sigmoid, alpha: 0.2, beta: 0.4}
      - {name: g7, kind: clip, minimum: -1, maximum: 6}
      - {name: g8, kind: prelu, shape: [2, 1, 1]}
      - {name: g9, kind: softmax, axis: 0}
      - {name: ga, kind: log-softmax, axis: 1}
      - {name: gb, kind: subtract, inputs: [f, g]}
      - {name: gc, kind: divide, inputs: [f, g]}
      - {name: gd, kind: matmul, transpose_left: true, transpose_right: true, inputs: [f, g]}
      - {name: ge, kind: concat, axis: 1, inputs: [f, g]}
      - {name: gf, kind: slice, axis: 1, from: 1, to: 3}
      - {name: gg, kind: bias, shape: [2, 1, 1]}
      - {name: gh, kind: scale, shape: [2, 1, 1]}
      - {name: gi, kind: add-constant, value: -0.5}
      - {name: gj, kind: multiply-constant, value: 2}
      - {name: h, kind: add, inputs: [f, g]}
      - {name: i, kind: multiply, inputs: [h, e]}
      - {name: j, kind: transpose, axes: [2, 0, 1]}
      - {name: k, kind: flatten}
      - {name: l, kind: reshape, shape: [4, 8]}
      - {name: m, kind: dropout, rate: 0.25}
      - {name: n, kind: layer-norm, axes: 2}
      - {name: o, kind: embedding, features: 8}
      - {name: p, kind: positional-embedding}
      - {name: q, kind: attention, heads: 2}
      - {name: r, kind: linear, features: 3, bias: false, activation: tanh}
      - {name: s, kind: linear, tied: o}
      - {name: t, kind: batch-norm, epsilon: 1.0e-3, momentum: 0.2, activation: relu}
      - {name: u, kind: global-average-pool}
  """
