import PartitaGraph
import PartitaPlan
import TestModels
import Testing

/// What a planner is told of a model, against numbers worked out on paper.
@Suite struct LayerGraphTests {
  @Test(arguments: [1, 16])
  func digitsByHand(_ n: Int) throws {
    let graph = LayerGraph(try TestModel.digits.training(), samples: n)
    #expect(graph.layers.map(\.name) == ["linear1", "linear2"])
    let (first, second) = (graph.layers[0], graph.layers[1])

    // 64 -> 128, ReLU. The data need no gradient: one product forward, one backward.
    #expect(first.forwardFlops == 2 * n * 64 * 128 + n * 128)
    #expect(first.backwardFlops == n * 128 + 2 * n * 64 * 128 + n * 128)
    #expect(first.forwardBytes == 4 * (64 * n + 64 * 128 + 128 + 128 * n) + 4 * 2 * 128 * n)
    let weightBytes = 4 * (128 * n + 64 * n + 64 * 128)
    #expect(first.backwardBytes == 4 * 3 * 128 * n + weightBytes + 4 * (128 * n + 128))
    #expect(first.parameterBytes == 4 * (64 * 128 + 128))

    // 128 -> 10, softmax cross-entropy, mean; right answers. One product forward, two backward.
    #expect(second.forwardFlops == 2 * n * 128 * 10 + 10 * 10 * n + 2 * n + 10 * n)
    #expect(second.backwardFlops == 10 * 10 * n + 2 * (2 * n * 128 * 10) + n * 10)
    let product = 4 * (128 * n + 1280 + 10 * n)
    #expect(
      second.forwardBytes == product + 4 * 10 + 4 * (10 * n + n + n + n + n) + (4 * n + 4 * n + 8)
        + (4 * (10 * n + n) + 8))
    #expect(
      second.backwardBytes
        == 4 * (10 * n + n + n + n + n + 10 * n) + 2 * product + 4 * (10 * n + 10))
    #expect(second.parameterBytes == 4 * (128 * 10 + 10))

    #expect(graph.connections.count == 1)
    #expect(graph.connections.first?.from == 0 && graph.connections.first?.to == 1)
    #expect(graph.connections.first?.bytes == 4 * 128 * n)
  }

  /// Each reading layer is one connection, however far it is; the data are none.
  @Test func skipEdges() throws {
    let graph = LayerGraph(try TestModel.skip.training(), samples: 2)
    let names = graph.layers.map(\.name)
    #expect(
      graph.connections.map { "\(names[$0.from])>\(names[$0.to]) \($0.bytes)" } == [
        "pixels>stem 96", "pixels>long 96", "stem>second 96", "stem>residual 96", "stem>gate 96",
        "second>residual 96", "residual>deep 96", "deep>gate 96", "gate>long 96", "long>head 96",
      ])
  }

  /// A tied weight's bytes belong to the layer that reads it first.
  @Test func tiedWeightsCountOnce() throws {
    let graph = LayerGraph(try TestModel.tiedLinear.training(), samples: 1)
    #expect(graph.layers.map(\.parameterBytes) == [4 * (36 + 6), 4 * 6, 4 * 6, 4 * (18 + 3)])
  }

  /// Whichever takes longer, forward and backward apart.
  @Test func roofline() throws {
    let graph = LayerGraph(try TestModel.digits.training(), samples: 16)
    let layer = graph.layers[0]
    let byFlops = graph.seconds(flopsPerSecond: 1, bytesPerSecond: 1e30)[0]
    #expect(byFlops == Double(layer.forwardFlops + layer.backwardFlops))
    let byBytes = graph.seconds(flopsPerSecond: 1e30, bytesPerSecond: 2)[0]
    #expect(byBytes == Double(layer.forwardBytes + layer.backwardBytes) / 2)
    let mixed = graph.seconds(
      flopsPerSecond: Double(layer.forwardFlops) / 3,
      bytesPerSecond: Double(layer.forwardBytes) / 2)[0]
    let backward = max(
      3 * Double(layer.backwardFlops) / Double(layer.forwardFlops),
      2 * Double(layer.backwardBytes) / Double(layer.forwardBytes))
    #expect(abs(mixed - (3 + backward)) < 1e-9)
  }
}
