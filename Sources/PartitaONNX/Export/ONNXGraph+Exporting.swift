internal import PartitaGraph

extension ONNXGraph {
  /// The version of ONNX's operators that is written.
  public static let exportedOpset = 17
  /// What a written model calls its input, its output and the number of samples.
  public static let exportedNames = (input: "input", output: "output", samples: "N")

  /// The graph of a network: its operators with its weights, and samples along the first axis.
  ///
  /// Weights keep their names, and one that several layers read is one constant. Nodes are called
  /// after their layers, as `conv1/Conv`.
  ///
  /// Complexity: O(nodes + weights).
  /// - Throws: `ExportError` for an operator that ONNX has no words for, and for weights that are
  ///   missing or don't fit.
  public init(exporting network: ExportedNetwork) throws(ExportError) {
    let lowered = try Lowering(network.graph, output: network.outputs)
    let graph = lowered.graph
    let names = Self.exportedNames
    var writer = GraphWriter(
      reserving: graph.values.map(\.name) + [names.input, names.output, ""])
    var known: [ValueID: String] = [:]
    var input = ValueType.perSample([])
    for value in graph.values {
      switch value.role {
      case .input?:
        input = value.type
        known[value.id] = try network.input.export(names.input, as: value.type, to: &writer)
      case nil: continue
      default:
        guard !value.type.isPerSample, value.type.element == .float32 else {
          throw .variable(value.name)
        }
        writer.weight(value.name, try network.weight(value))
        known[value.id] = value.name
      }
    }
    for node in graph.nodes(neededFor: [lowered.output]) {
      let layer = node.layer.map { graph.layers[$0].name }
      guard let op = node.op as? any ExportableOperator else {
        throw .unknownOperator(node.op.name, layer: layer)
      }
      var inputs: [String] = []
      for input in node.inputs {
        guard let name = known[input] else { throw graph.unwritten(input) }
        inputs.append(name)
      }
      let call = ExportCall(
        inputs: inputs, inputTypes: node.inputs.map { graph.type(of: $0) },
        outputTypes: node.outputs.map { graph.type(of: $0) })
      writer.place = layer ?? ""
      for (output, name) in zip(node.outputs, op.export(call, to: &writer)) {
        known[output] = name
      }
    }
    guard var last = known[lowered.output] else {
      throw graph.unwritten(lowered.output)
    }
    let output = graph.type(of: lowered.output)
    if network.endsWithSoftmax {
      writer.place = ""
      last = writer.add("Softmax", [last], ["axis": .integer(-1)])
    }
    writer.rename(last, to: names.output)

    name = "network"
    producer = "partita"
    opset = Self.exportedOpset
    inputs = [
      ONNXPort(
        name: names.input, element: input.element == .int32 ? .int64 : .float32,
        extents: Self.extents(network.input.shape))
    ]
    outputs = [
      ONNXPort(name: names.output, element: .float32, extents: Self.extents(output.shape))
    ]
    constants = writer.constants
    nodes = writer.nodes
  }

  private static func extents(_ shape: Shape) -> [ONNXPort.Extent] {
    [.open(exportedNames.samples)] + shape.extents.map { .known($0) }
  }
}

extension ExportedNetwork {
  /// The elements of a weight, as files have them.
  fileprivate func weight(_ value: Value) throws(ExportError) -> ConstantTensor {
    guard let weight = weights[value.name] else {
      throw .weight(value.name, problem: "it is missing")
    }
    guard weight.shape == value.type.shape.extents else {
      throw .weight(
        value.name,
        problem: "it has the shape \(Shape(weight.shape)), and the network's is \(value.type.shape)"
      )
    }
    return ConstantTensor(floats: weight.values, shape: weight.shape)
  }
}

extension Graph {
  /// Why a value has no name in ONNX: it is a result that its operator's counterpart doesn't give.
  fileprivate func unwritten(_ value: ValueID) -> ExportError {
    let node = self[value].producer.map { nodes[$0] }
    return .auxiliary(
      operator: node?.op.name ?? "\(value)", layer: node?.layer.map { layers[$0].name })
  }
}
