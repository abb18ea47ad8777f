import Foundation
import PartitaONNX
import Testing

extension Snippets {
  @Test func onnx() throws {
    let path = SnippetTests.root.appending(path: "Tests/PartitaONNXTests/Fixtures/image-13.onnx")
      .path
    // snippet
    let network = try ImportedNetwork(ONNXFile.read(path))
    print(network.parameters, network.operations)  // of one sample; a product and its sum are two
    for cost in network.costs { print(cost.name, cost.operation, cost.operations) }
    if let problem = network.onPaper { print("it can be planned, and not run: \(problem)") }
    // end
    #expect(network.onPaper == nil)
    #expect(network.costs.map(\.operation).prefix(3) == ["Conv", "BatchNormalization", "Clip"])
    // The first convolution: 9 x 8 places of 8 channels, 27 products and sums each.
    #expect(network.costs[0].operations == 9 * 8 * 8 * 27 * 2)
    #expect(network.parameters == 216 + 16 + 72 + 8 + 64 + 8 + 1280 + 5)
  }
}
