import Foundation
import PartitaONNX
import Testing

/// Networks as others have published them: parameters and operations by an independent count.
///
/// Convolutions: 2 · products, each counted from the published layer tables; parameters as their
/// authors give them.
@Suite struct SharedModelTests {
  struct Published: CustomTestStringConvertible {
    let name: String
    /// Layers that work on data.
    let layers: Int
    let parameters: Int
    /// Products of all convolutions and of all fully connected layers.
    let convolutionProducts, connectedProducts: Int

    var testDescription: String { name }
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../shared/models").standardizedFileURL.path

  static let isThere = FileManager.default.fileExists(atPath: folder)

  @Test(
    .enabled(if: isThere, "shared/models is missing: published networks aren't read"),
    arguments: [
      Published(
        name: "light_resnet50", layers: 176, parameters: 25_557_032,
        convolutionProducts: 4_087_136_256, connectedProducts: 2_048_000),
      Published(
        name: "light_vgg19", layers: 46, parameters: 143_667_240,
        convolutionProducts: 19_508_428_800, connectedProducts: 123_633_664),
      Published(
        name: "light_inception_v1", layers: 143, parameters: 6_998_552,
        convolutionProducts: 1_430_532_352, connectedProducts: 1_024_000),
    ])
  func countsAreThePublishedOnes(_ published: Published) throws {
    let network = try ImportedNetwork(
      ONNXFile.read("\(Self.folder)/\(published.name).onnx"))
    #expect(network.costs.count == published.layers)
    #expect(network.parameters == published.parameters)
    let (convolutions, connected) = (
      network.costs.filter { $0.operation == "Conv" },
      network.costs.filter { $0.operation == "Gemm" }
    )
    // The sum with the bias is one operation for each output.
    func products(_ layers: [LayerCosts]) -> Int {
      layers.reduce(0) { sum, layer in
        let outputs = layer.bytes / 4
        return sum + (layer.operations - (layer.weights.count > 1 ? outputs : 0)) / 2
      }
    }
    #expect(products(convolutions) == published.convolutionProducts)
    #expect(products(connected) == published.connectedProducts)
  }
}
