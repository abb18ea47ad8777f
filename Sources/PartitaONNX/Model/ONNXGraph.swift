/// A value that a graph is given or gives.
public struct ONNXPort: Hashable, Sendable {
  /// One axis of it.
  public enum Extent: Hashable, Sendable {
    /// So many.
    case known(Int)
    /// As many as whoever runs the graph says; under a name, where it has one.
    case open(String)
  }

  /// Its name.
  public let name: String
  /// The type of its elements; nil where it is no tensor.
  public let element: TensorElement?
  /// Its axes; nil where even their number is open.
  public let extents: [Extent]?
}

/// A network as a file has it.
public struct ONNXGraph: Hashable, Sendable {
  /// The graph's name.
  public let name: String
  /// The program that wrote it.
  public let producer: String
  /// The version of ONNX's own operators.
  public let opset: Int
  /// What it is given, constants left out.
  public let inputs: [ONNXPort]
  /// What it gives.
  public let outputs: [ONNXPort]
  /// The constants of the file, by name.
  let constants: [String: ConstantTensor]
  /// The nodes, each behind those that it reads.
  let nodes: [ONNXNode]

  /// Whether the first axis of its input is open.
  var leavesSamplesOpen: Bool {
    if case .open? = inputs.first?.extents?.first { true } else { false }
  }

  /// The number of nodes.
  public var nodeCount: Int { nodes.count }
}
