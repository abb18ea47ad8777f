import ONNXInterpreter
import PartitaGraph
import PartitaONNX
import PartitaReference
import Testing

/// Networks that came from files, and residual networks, go out again: what their models compute is what
/// the graphs compute, and the models are read again.
@Suite struct ExportedAgainTests {
  private func check(_ input: ValueType, _ layers: [LayerDescription]) throws {
    var trial = try ExportTrial(input) { graph, x in
      try graph.buildNetwork(layers, on: x, mode: .prediction, seed: 1)
    }
    let bytes = try trial.export()
    let values = trial.input(samples: 3)
    let expected = try ReferenceInterpreter(trial.graph, samples: 3)
      .evaluate(trial.outputs, with: trial.numbers(values))
    let found = try ModelInterpreter(bytes).output(
      for: NumberArray([3] + values.shape.extents, values.elements))
    #expect(found.shape == [3] + expected.shape.extents)
    let largest = expected.elements.map(abs).max() ?? 0
    for (one, other) in zip(found.elements, expected.elements) {
      // Constants of the model are rounded to Float32.
      #expect(abs(one - other) <= 1e-6 * largest, "\(one) against \(other)")
    }
    let again = try ImportedNetwork(ONNXGraph(bytes: bytes) { _, _, _ in [] })
    #expect(again.onPaper == nil)
    #expect(again.outputCount == expected.shape.last)
  }

  @Test(arguments: ["image-13", "sequence-20", "attention-14", "heads-17", "norms-18"])
  func importedNetworks(_ name: String) throws {
    let network = try ImportedNetwork(ONNXFile.read(Fixture.path("\(name).onnx")))
    try check(.perSample(Shape(network.sampleShape)), network.layers)
  }

  @Test func residualNetworks() throws {
    try check(.perSample([3, 8, 8]), .resnet(blocks: 1, channels: 4, classes: 5))
  }
}
