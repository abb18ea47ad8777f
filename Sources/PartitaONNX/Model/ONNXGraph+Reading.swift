internal import Foundation
internal import ONNXFormat
internal import SwiftProtobuf

extension ONNXGraph {
  /// The versions of ONNX's operators whose meaning is known here.
  public static let opsets = 9...21

  /// Reads a model.
  ///
  /// Nodes keep the order of the file where that is one in which each comes behind what it reads,
  /// as ONNX asks.
  /// - Parameters:
  ///   - bytes: the file.
  ///   - beside: the bytes of a file beside the model, by its name, from an offset and so many (nil:
  ///     all): where weights may lie.
  /// - Throws: `ONNXError.malformed` for bytes that are no model, `.node` for what can't be told of
  ///   a node.
  public init(
    bytes: [UInt8], beside: (_ name: String, _ offset: Int, _ count: Int?) throws -> [UInt8]
  ) throws {
    let model: Onnx_ModelProto
    do {
      model = try Onnx_ModelProto(serializedBytes: bytes)
    } catch {
      throw ONNXError.malformed("this is no ONNX model: its bytes are no message of that format")
    }
    guard model.hasGraph, !model.graph.node.isEmpty else {
      throw ONNXError.malformed("this is no ONNX model: it has no graph with nodes")
    }
    let versions = model.opsetImport.filter { ["", "ai.onnx"].contains($0.domain) }
    guard let version = versions.first?.version else {
      throw ONNXError.malformed("the model doesn't say which version of ONNX's operators it uses")
    }
    guard Self.opsets.contains(Int(version)) else {
      throw ONNXError.malformed(
        "the model uses version \(version) of ONNX's operators (opset), and those from "
          + "\(Self.opsets.lowerBound) to \(Self.opsets.upperBound) are known: convert it with "
          + "onnx.version_converter")
    }
    if let function = model.functions.first {
      throw ONNXError.malformed(
        "the model defines a function of its own, '\(function.name)': inline functions before the "
          + "export, or with onnx.inliner")
    }
    if !model.graph.sparseInitializer.isEmpty {
      throw ONNXError.malformed(
        "the model has sparse constants, which aren't read: store them whole")
    }
    try self.init(model.graph, opset: Int(version), producer: model.producerName, beside: beside)
  }

  private init(
    _ graph: Onnx_GraphProto, opset: Int, producer: String,
    beside: (String, Int, Int?) throws -> [UInt8]
  ) throws {
    var constants: [String: ConstantTensor] = [:]
    for tensor in graph.initializer {
      do {
        constants[tensor.name] = try ConstantTensor(tensor, beside: beside)
      } catch let problem as NodeProblem {
        throw ONNXError.malformed("constant '\(tensor.name)': \(problem.words)")
      }
    }
    self.constants = constants
    name = graph.name
    self.producer = producer
    self.opset = opset
    inputs = graph.input.filter { constants[$0.name] == nil }.map(ONNXPort.init)
    outputs = graph.output.map(ONNXPort.init)
    var taken: Set<String> = Set(graph.node.map(\.name))
    nodes = try graph.node.enumerated().map { place, node in
      var name = node.name
      if name.isEmpty {
        name = "\(node.opType)_\(place)"
        while !taken.insert(name).inserted { name += "_" }
      }
      do {
        return try ONNXNode(node, named: name, beside: beside)
      } catch let problem as NodeProblem {
        throw ONNXError.node(name: name, operation: node.opType, problem: problem.words)
      }
    }.inOrder(given: Set(inputs.map(\.name)).union(constants.keys))
  }
}

extension ONNXPort {
  fileprivate init(_ value: Onnx_ValueInfoProto) {
    name = value.name
    guard case .tensorType(let type)? = value.type.value else {
      (element, extents) = (nil, nil)
      return
    }
    element = TensorElement(rawValue: Int(type.elemType))
    extents =
      type.hasShape
      ? type.shape.dim.map { dimension in
        switch dimension.value {
        case .dimValue(let count)? where count >= 0: .known(Int(count))
        case .dimParam(let name)?: .open(name)
        default: .open("")
        }
      } : nil
  }
}

extension [ONNXNode] {
  /// The nodes in an order in which each comes behind those that it reads; of those that may come
  /// next the first of the file.
  fileprivate func inOrder(given: Set<String>) throws(ONNXError) -> [ONNXNode] {
    var known = given.union([""])
    var made: Set<String> = []
    for node in self {
      for output in node.outputs where !output.isEmpty {
        guard !known.contains(output), made.insert(output).inserted else {
          throw .node(
            name: node.name, operation: node.operation,
            problem: "its output '\(output)' is made twice")
        }
      }
    }
    var (ordered, waiting) = ([ONNXNode](), self)
    while !waiting.isEmpty {
      let before = waiting.count
      var later: [ONNXNode] = []
      for node in waiting {
        if node.inputs.allSatisfy(known.contains) {
          known.formUnion(node.outputs)
          ordered.append(node)
        } else {
          later.append(node)
        }
      }
      waiting = later
      guard waiting.count < before else { break }
    }
    guard let stuck = waiting.first else { return ordered }
    let missing = stuck.inputs.first { !known.contains($0) } ?? ""
    throw .node(
      name: stuck.name, operation: stuck.operation,
      problem: made.contains(missing)
        ? "it stands in a circle: '\(missing)' is made of what it makes"
        : "nothing makes its input '\(missing)'")
  }
}
