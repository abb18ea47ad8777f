import Foundation
import PartitaONNX
import Testing

/// What can't be understood is named: the node, its operator, and why.
@Suite struct RefusalTests {
  /// A model of text: enough of the format for a graph of nodes.
  private func words(_ nodes: [Node], inputs: [String] = ["x"], opset: Int = 17) -> String {
    do {
      let graph = try ONNXGraph(bytes: Encoded.model(nodes, inputs: inputs, opset: opset)) {
        _, _, _ in []
      }
      _ = try InferredNetwork(graph)
      return "nothing is wrong"
    } catch { return "\(error)" }
  }

  @Test func controlFlowIsRefused() {
    #expect(
      words([Node("If", ["x"], ["y"], name: "decide/now:0")])
        == "node 'decide/now:0', If: control flow isn't imported, for what runs is known only while it "
        + "runs: export the network with the condition decided")
    #expect(words([Node("Loop", ["x"], ["y"])]).hasPrefix("node 'Loop_0', Loop: control flow"))
  }

  @Test func unknownOperatorsAreNamedWithTheNearest() {
    #expect(
      words([Node("Relu6", ["x"], ["y"], name: "cap")])
        == "node 'cap', Relu6: this operator isn't known; the nearest that is is Relu")
    #expect(
      words([Node("FusedConv", ["x"], ["y"], name: "f", domain: "com.microsoft")])
        == "node 'f', FusedConv: it is an operator of 'com.microsoft', and those of ONNX itself are "
        + "known: export without operators of one runtime")
  }

  @Test func whatDependsOnDataIsRefused() {
    #expect(
      words([Node("NonZero", ["x"], ["y"], name: "where")])
        == "node 'where', NonZero: the shape of its result depends on the data")
    #expect(
      words([Node("Reshape", ["x", "x"], ["y"], name: "fold")])
        == "node 'fold', Reshape: its input 1, 'x', decides shapes and depends on the data")
  }

  @Test func brokenGraphsAreRefused() {
    #expect(
      words([Node("Relu", ["z"], ["y"], name: "r")])
        == "node 'r', Relu: nothing makes its input 'z'")
    #expect(
      words([Node("Add", ["x", "b"], ["a"], name: "one"), Node("Relu", ["a"], ["b"], name: "two")])
        == "node 'one', Add: it stands in a circle: 'b' is made of what it makes")
    #expect(
      words([Node("Relu", ["x"], ["y"]), Node("Tanh", ["x"], ["y"], name: "again")])
        == "node 'again', Tanh: its output 'y' is made twice")
    #expect(
      words([Node("MatMul", ["x", "x"], ["y"], name: "m")])
        == "node 'm', MatMul: its operands [2, 3] and [2, 3] don't fit each other")
  }

  @Test func otherVersionsAreRefused() {
    #expect(words([Node("Relu", ["x"], ["y"])], opset: 21) == "nothing is wrong")
    #expect(
      words([Node("Relu", ["x"], ["y"])], opset: 8)
        == "the model uses version 8 of ONNX's operators (opset), and those from 9 to 21 are known: "
        + "convert it with onnx.version_converter")
  }

  @Test func otherBytesAreNoModel() {
    for bytes in [[], Array("no model".utf8), [UInt8](repeating: 0, count: 9)] {
      #expect(throws: ONNXError.self) { try ONNXGraph(bytes: bytes) { _, _, _ in [] } }
    }
  }

  /// Law: no bytes trap. A sound file with single bytes changed is read, or refused in words.
  @Test(arguments: ["image-13", "attention-14", "heads-17", "norms-18"])
  func changedBytesNeverTrap(_ name: String) throws {
    let sound = [UInt8](try Data(contentsOf: URL(filePath: Fixture.path("\(name).onnx"))))
    for place in stride(from: 0, to: sound.count, by: 7) {
      for change: UInt8 in [1, 0x80, 0xff] {
        var bytes = sound
        bytes[place] ^= change
        guard let graph = try? ONNXGraph(bytes: bytes, beside: { _, _, _ in [] }) else { continue }
        _ = try? ImportedNetwork(graph)
      }
    }
  }
}
