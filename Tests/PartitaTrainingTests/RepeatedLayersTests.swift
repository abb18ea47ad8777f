import PartitaConfig
import PartitaDevice
import PartitaPlan
import PartitaTraining
import PartitaTransport
import Testing

/// Layers that do the same are measured as one, others aren't.
@Suite struct RepeatedLayersTests {
  private func profile(_ yaml: String) throws -> [(name: String, seconds: Double, repeats: Int)] {
    let config = try TrainingConfig(yaml: yaml, file: "run.yaml")
    let experiment = try Experiment(config, data: config.describeData(), worldSize: 1)
    let profiler = try Profiler(
      experiment, dataset: config.loadData(), device: CPUDevice(),
      transport: LoopbackTransport.solo())
    return try profiler.measure(repeats: 4).layers.map {
      let forward = $0.sizes[$0.sizes.count - 1].forward
      return ($0.name, forward.median, forward.repeats)
    }
  }

  /// Three blocks of a transformer with dropout, whose keys differ, have the same numbers, of three times
  /// as many steps.
  @Test func blocksOfATransformerAreMeasuredAsOne() throws {
    let layers = try profile(
      """
      data: {name: synthetic, samples: 16, test_samples: 8, context: 5, classes: 11}
      model: {kind: gpt, depth: 3, width: 8, heads: 2, dropout: 0.2}
      objective: {loss: cross-entropy}
      training: {batch: 8, microbatches: 4, steps: 4, learning_rate: 0.01}
      """)
    for part in ["attention", "mlp"] {
      let blocks = layers.filter { $0.name.hasSuffix(part) }
      #expect(blocks.count == 3 && Set(blocks.map(\.seconds)).count == 1)
      #expect(blocks.allSatisfy { $0.repeats == 3 * 4 })
    }
    #expect(layers.first?.repeats == 4)
  }

  /// Layers of the same kind with other widths, and the first, which makes no gradient of its input, have
  /// numbers of their own.
  @Test func otherLayersAreNot() throws {
    let layers = try profile(
      """
      data: {name: synthetic, samples: 16, test_samples: 8, features: 8, classes: 8}
      model: {kind: mlp, widths: [8, 8, 8, 8, 6, 8]}
      objective: {loss: cross-entropy}
      training: {batch: 8, microbatches: 4, steps: 4, learning_rate: 0.01}
      """)
    #expect(layers.map(\.repeats) == [4, 8, 8, 4, 4])
  }
}
