import Foundation
import PartitaGraph
import PartitaONNX
import Testing

/// Which layers nodes become, and why some become none.
@Suite struct TranslationTests {
  private func layers(_ name: String) throws -> [LayerDescription] {
    let network = try ImportedNetwork(ONNXFile.read(Fixture.path("\(name).onnx")))
    #expect(network.onPaper == nil)
    return network.layers
  }

  private func kinds(_ name: String) throws -> [String] {
    try layers(name).map { type(of: $0.kind).name }
  }

  /// Why a network of nodes is one on paper, for x of [2, 3].
  private func onPaper(_ nodes: [Node]) throws -> String? {
    let graph = try ONNXGraph(bytes: Encoded.model(nodes, inputs: ["x"], opset: 17)) { _, _, _ in
      []
    }
    return try ImportedNetwork(graph).onPaper
  }

  /// Operators that older files write out are layers of their own.
  @Test func whatIsWrittenOutIsRecognised() throws {
    let kinds = try kinds("attention-14")
    #expect(kinds.count { $0 == "layer-norm" } == 3)
    #expect(kinds.count { $0 == "gelu" } == 1)
    #expect(!kinds.contains("mean"))
  }

  /// Law 3: one matrix is one parameter, however many nodes read it.
  @Test func aMatrixThatTwoNodesReadIsTied() throws {
    let layers = try layers("heads-17")
    let tied = try #require(layers.first { $0.kind.tied != nil })
    let owner = try #require(layers.first { $0.name == tied.kind.tied })
    let weights = try ImportedNetwork(ONNXFile.read(Fixture.path("heads-17.onnx"))).weights()
    #expect(weights.contains { $0.name == "\(owner.name).weight" })
    #expect(!weights.contains { $0.name == "\(tied.name).weight" })
  }

  /// Moving the axis of samples moves nothing of a sample.
  @Test func movedSamplesAreNoLayer() throws {
    let turned = try onPaper([
      Node("Transpose", ["x"], ["a"]), Node("Relu", ["a"], ["b"]), Node("Transpose", ["b"], ["y"]),
    ])
    #expect(turned == nil)
  }

  @Test func whatMixesSamplesIsNamed() throws {
    #expect(
      try onPaper([
        Node("Transpose", ["x"], ["a"]), Node("Softmax", ["a"], ["b"], name: "all"),
        Node("Transpose", ["b"], ["y"]),
      ]) == "node 'all', Softmax: it works along the axis of samples")
    #expect(
      try onPaper([Node("Relu", ["x"], ["a"]), Node("Transpose", ["a"], ["y"], name: "t")])
        == "its output 'y', [3, 2], has its samples on axis 1, and a network here has them in front"
    )
  }
}
