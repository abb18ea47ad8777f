import Foundation
import PartitaGraph
import PartitaPlan
import TestModels
import Testing

/// A profile says what it was told, refuses what can't be, and sums as documented.
@Suite struct ProfileTests {
  static let cluster = try? Cluster(
    name: "test", hosts: 1, devicesPerHost: 1,
    processor: Cluster.Processor(
      name: "slow", flopsPerSecond: .init(1e9), bytesPerSecond: .init(2e9),
      memoryBytes: .init(1e9)))

  static func analytic(_ model: TestModel, samples: Int = 16) throws -> Profile {
    try Profile(
      analytic: try model.training(), on: try #require(cluster), samples: samples, microbatches: 4,
      gradientGroups: 4)
  }

  /// F and B of the analytic profile are the roofline of the layer graph, to the last bit.
  @Test(arguments: [TestModel.digits, .mlp, .skip, .tiedLinear, .tiedGPT, .lenet])
  func analyticIsTheRoofline(_ model: TestModel) throws {
    let profile = try Self.analytic(model)
    let roofline = LayerGraph(try model.training(), samples: 16)
      .seconds(flopsPerSecond: 1e9, bytesPerSecond: 2e9)
    for (layer, seconds) in zip(profile.layers, roofline) {
      let sum =
        layer.seconds(.forward, samples: 16) + layer.seconds(.backward, samples: 16)
      #expect(abs(sum - seconds) <= 1e-12 * seconds, "\(layer.name)")
    }
    #expect(profile.layers.count == roofline.count)
    try profile.check(fits: LayerGraph(try model.training(), samples: 16))
  }

  /// What leaves and stays of the digits MLP, worked out on paper.
  @Test func bytesByHand() throws {
    let layers = try Self.analytic(.digits).layers
    let (first, second) = (layers[0].bytes, layers[1].bytes)
    #expect(first.parameters == 4 * (64 * 128 + 128) && second.parameters == 4 * (1280 + 10))
    #expect(first.gradients == first.parameters && second.gradients == second.parameters)
    // One momentum for each parameter.
    #expect(first.state == first.parameters && second.state == second.parameters)
    #expect(first.leavingPerSample == 4 * 128 && second.leavingPerSample == 0)
    // The pixels for dW, and the hidden values for ReLU and the next layer's dW.
    #expect(first.stashPerSample == 4 * (64 + 128))
  }

  @Test(arguments: [TestModel.digits, .tiedGPT])
  func roundTrip(_ model: TestModel) throws {
    let profile = try Self.analytic(model)
    let data = try JSONEncoder().encode(profile)
    #expect(try JSONDecoder().decode(Profile.self, from: data) == profile)
  }

  /// A measured timing keeps a tenth of a nanosecond, and its order.
  @Test func timings() throws {
    let timing = Timing(measured: [4e-6, 1e-6, 3e-6, 2e-6, 5e-6])
    #expect(timing.median == 3e-6 && timing.least == 1e-6 && timing.most == 5e-6)
    #expect(timing.lowerQuartile == 2e-6 && timing.upperQuartile == 4e-6 && timing.repeats == 5)
    #expect(Timing(measured: [1, 2]).median == 1.5)
    let data = try JSONEncoder().encode(timing)
    #expect(try JSONDecoder().decode(Timing.self, from: data) == timing)
  }

  /// Two sizes make a line; a single one is in proportion; no samples take no time.
  @Test func linesThroughSizes() throws {
    func layer(_ points: [(Int, Double)]) -> LayerProfile {
      LayerProfile(
        name: "a",
        bytes: .init(
          parameters: 0, gradients: 0, state: 0, leavingPerSample: 0, stashPerSample: 0),
        sizes: points.map { samples, seconds in
          .init(
            samples: samples, fill: .zero, forward: Timing(computed: seconds),
            inputGradient: .zero, weightGradient: .zero, backward: .zero)
        }, addition: .zero, update: .zero, finish: .zero)
    }
    let line = layer([(8, 3), (16, 5)])
    #expect(
      [0, 4, 8, 12, 16, 20].map { line.seconds(.forward, samples: $0) } == [0, 2, 3, 4, 5, 6])
    // A line that would go below nothing.
    #expect(layer([(8, 1), (16, 5)]).seconds(.forward, samples: 4) == 0)
    #expect(layer([(8, 4)]).seconds(.forward, samples: 2) == 1)
  }

  /// The first stage has no I, and its W is all of B; other stages add up.
  @Test func stages() throws {
    let profile = try Self.analytic(.mlp)
    func sum(_ work: LayerWork, _ range: Range<Int>) -> Double {
      profile.layers[range].reduce(0) { $0 + $1.seconds(work, samples: 16) }
    }
    #expect(profile.seconds(.inputGradient, layers: 0..<2, samples: 16) == 0)
    #expect(profile.seconds(.weightGradient, layers: 0..<2, samples: 16) == sum(.backward, 0..<2))
    for work in LayerWork.allCases {
      #expect(profile.seconds(work, layers: 1..<3, samples: 16) == sum(work, 1..<3))
    }
    #expect(profile.seconds(.forward, layers: 0..<4, samples: 0) == 0)
  }

  /// What layers save when all are compiled together, a stage saves by its share of the borders.
  @Test func savingsOfStages() throws {
    let plain = try Self.analytic(.mlp)
    let sum = plain.seconds(.forward, layers: 0..<4, samples: 16)
    let whole = LayerProfile.Size(
      samples: 16, fill: .zero, forward: Timing(computed: 0.7 * sum), inputGradient: .zero,
      weightGradient: .zero, backward: .zero)
    let profile = try Profile(
      kind: .measured, device: "d", setting: plain.setting, layers: plain.layers,
      step: Profile.Step(exchange: .zero, objective: .zero, action: .zero, whole: whole))
    #expect(abs(profile.seconds(.forward, layers: 0..<4, samples: 16) / sum - 0.7) < 1e-12)
    let one = plain.seconds(.forward, layers: 1..<2, samples: 16)
    #expect(profile.seconds(.forward, layers: 1..<2, samples: 16) == one)
    let two = plain.seconds(.forward, layers: 1..<3, samples: 16)
    #expect(abs(profile.seconds(.forward, layers: 1..<3, samples: 16) / two - 0.9) < 1e-12)
  }

  /// The first difference, and what to run.
  @Test func anotherModel() throws {
    let profile = try Self.analytic(.digits)
    func words(_ model: TestModel) throws -> String {
      let graph = LayerGraph(try model.training(), samples: 1)
      let error = #expect(throws: ProfileError.self) { try profile.check(fits: graph) }
      return error.map { "\($0)" } ?? ""
    }
    #expect(
      try words(.skip)
        == "the profile is of another model: its layer 0 is 'linear1', the model's is 'pixels': "
        + "measure one of this configuration")
    #expect(
      try words(.mlp).contains(
        "its layer 'linear1' has 33280 bytes of parameters, the model's has \(4 * (7 * 13 + 13))"))
    var longer = TestModel.digits
    longer.layers.append(LayerDescription("more", .linear(features: 10)))
    #expect(try words(longer).contains("it has 2 layers, the model has 3"))
  }

  /// Between sizes a line, beyond them the end's own latency and bandwidth.
  @Test func messageCurves() {
    let curve = MessageProfile.Curve([
      .init(bytes: 8, seconds: Timing(computed: 1)),
      .init(bytes: 108, seconds: Timing(computed: 2)),
    ])
    #expect([0, 8, 58, 108, 216].map(curve.seconds(bytes:)) == [1, 1, 1.5, 2, 4])
    #expect(curve.latencySeconds == 1)
  }
}
