import PartitaDevice
import PartitaGraph
import PartitaRuntime
import PartitaTransport
import TestModels
import Testing

/// What running values become, against the closed form in Float64.
@Suite struct RunningValueTests {
  /// A norm that reads the data itself: its statistics are known without a network.
  private static let model = RuntimeModel(
    testDescription: "a norm first",
    model: TestModel(
      "a norm first",
      [
        LayerDescription("norm", .batchNorm(momentum: 0.2)),
        LayerDescription("pixels", .flatten),
        LayerDescription("head", .linear(features: 3)),
      ], input: .perSample([2, 3, 2]), classes: 3),
    samples: 21, testSamples: 4)

  /// Microbatches count by their samples, variances are unbiased each by its own number of values; the
  /// third batch has microbatches of 2, 2, 1 and 0 samples.
  @Test(arguments: [false, true]) func afterEachStep(recomputes: Bool) throws {
    let model = Self.model
    let plan = RuntimePlan(recomputes: { _ in recomputes })
    let rank = try RuntimeRank(
      RuntimePrograms(model, plan), device: CPUDevice(), transport: LoopbackTransport.solo())
    var (mean, variance) = ([0.0, 0.0], [1.0, 1.0])
    for step in 1...3 {
      _ = try rank.train(step: step)
      let batch = model.batches(samples: model.samples)[step - 1]
      var (means, variances) = ([0.0, 0.0], [0.0, 0.0])
      var next = batch.lowerBound
      for size in model.microbatchSizes(batch: batch.count) where size > 0 {
        let share = Double(size) / Double(batch.count)
        for channel in 0..<2 {
          let values = (next..<next + size).flatMap { Self.pixels(ofSample: $0, channel) }
          let (n, own) = (Double(values.count), values.reduce(0, +) / Double(values.count))
          means[channel] += share * own
          variances[channel] +=
            share * values.reduce(0) { $0 + ($1 - own) * ($1 - own) } / (n - 1)
        }
        next += size
      }
      for channel in 0..<2 {
        mean[channel] = 0.8 * mean[channel] + 0.2 * means[channel]
        variance[channel] = 0.8 * variance[channel] + 0.2 * variances[channel]
      }
      let weights = try rank.weights()
      for (name, wanted) in [("running_mean", mean), ("running_var", variance)] {
        let found = try #require(weights["norm.\(name)"])
        for (a, b) in zip(found, wanted) { #expect(abs(Double(a) - b) < 1e-6, "\(name), \(step)") }
      }
    }
  }

  /// The six pixels of a channel, as the runtime is fed.
  private static func pixels(ofSample sample: Int, _ channel: Int) -> [Double] {
    let feeder = RandomFeeder(model)
    feeder.begin(sample..<sample + 1, isTest: false, sampleWeight: 1)
    var floats = [Float](repeating: .nan, count: 12)
    floats.withUnsafeMutableBytes { feeder.fill(.input, samples: 0..<1, into: $0) }
    return floats[channel * 6..<channel * 6 + 6].map(Double.init)
  }
}
