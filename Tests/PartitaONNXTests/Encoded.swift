import ONNXFormat
import SwiftProtobuf

/// A node of a model that a test makes.
struct Node {
  let operation: String
  let inputs, outputs: [String]
  let name, domain: String

  init(
    _ operation: String, _ inputs: [String], _ outputs: [String], name: String = "",
    domain: String = ""
  ) {
    self.operation = operation
    self.inputs = inputs
    self.outputs = outputs
    self.name = name
    self.domain = domain
  }
}

/// Models as files have them.
enum Encoded {
  /// A model whose inputs are arrays [2, 3], and whose output is that of its last node.
  static func model(_ nodes: [Node], inputs: [String], opset: Int) throws -> [UInt8] {
    var model = Onnx_ModelProto()
    model.irVersion = 8
    var version = Onnx_OperatorSetIdProto()
    version.version = Int64(opset)
    model.opsetImport = [version]
    model.graph.name = "g"
    model.graph.input = inputs.map { name in
      var port = Onnx_ValueInfoProto()
      port.name = name
      port.type.tensorType.elemType = 1
      port.type.tensorType.shape.dim = [2, 3].map { extent in
        var dimension = Onnx_TensorShapeProto.Dimension()
        dimension.dimValue = Int64(extent)
        return dimension
      }
      return port
    }
    model.graph.node = nodes.map { node in
      var proto = Onnx_NodeProto()
      proto.opType = node.operation
      proto.input = node.inputs
      proto.output = node.outputs
      proto.name = node.name
      proto.domain = node.domain
      return proto
    }
    var output = Onnx_ValueInfoProto()
    output.name = nodes.last?.outputs.first ?? ""
    model.graph.output = [output]
    return try model.serializedBytes()
  }
}
