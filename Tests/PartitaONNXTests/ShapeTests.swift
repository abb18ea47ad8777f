import Foundation
import PartitaONNX
import Testing

/// Shapes follow ONNX: of one node at several versions of its operator, compared with those that
/// onnxruntime's results had.
@Suite struct ShapeTests {
  struct Case: Decodable, CustomTestStringConvertible {
    let name: String
    let model: String
    let shapes: [[Int]]

    var testDescription: String { name }
  }

  static let cases: [Case] = Fixture.json("shapes")

  @Test(arguments: cases) func shapesAreThoseOfTheResults(_ expected: Case) throws {
    let bytes = try #require(Data(base64Encoded: expected.model))
    let graph = try ONNXGraph(bytes: [UInt8](bytes)) { _, _, _ in [] }
    let network = try InferredNetwork(graph)
    #expect(network.outputs.map(\.type.shape) == expected.shapes)
  }

  @Test func everyFamilyOfOperatorsIsThere() {
    let names = Set(Self.cases.map { $0.name.prefix { $0 != "-" } })
    #expect(Self.cases.count > 180)
    #expect(names.isSuperset(of: ["Conv", "Gemm", "LSTM", "Slice", "Resize", "Split", "TopK"]))
  }
}
