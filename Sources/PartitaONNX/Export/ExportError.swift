public import PartitaGraph
internal import PartitaKeys

/// What keeps a network from being written as an ONNX model.
public enum ExportError: Error, Hashable, Sendable, CustomStringConvertible {
  /// ONNX has no words for an operator, and it has no decomposition either.
  case unknownOperator(String, layer: String?)
  /// The network reads a result that ONNX's counterpart of an operator doesn't give.
  case auxiliary(operator: String, layer: String?)
  /// An operator's decomposition can't be built.
  case decomposition(operator: String, GraphError)
  /// The network reads a variable that is neither the data nor a weight.
  case variable(String)
  /// A weight is missing, or has another shape.
  case weight(String, problem: String)
  /// What a sample is given as doesn't fit what the network reads.
  case input(problem: String)
  /// One file can't hold so much.
  case tooLarge(bytes: Int)

  /// The error in a sentence.
  public var description: String {
    switch self {
    case .unknownOperator(let name, let layer):
      "\(Self.place(layer))ONNX has no words for the operator \(name.shortened()), and it isn't made of "
        + "others: give it a decomposition"
    case .auxiliary(let name, let layer):
      "\(Self.place(layer))the network reads a second result of the operator \(name.shortened()), which "
        + "ONNX's doesn't give"
    case .decomposition(let name, let error):
      "the operator \(name.shortened()) can't be taken apart: \(error)"
    case .variable(let name):
      "the network reads \(name.shortened()), which is neither its input nor a weight"
    case .weight(let name, let problem): "weight \(name.shortened()): \(problem)"
    case .input(let problem): problem
    case .tooLarge(let bytes):
      "the weights have \(bytes) bytes, and a model in one file at most 2147483647: write them as "
        + "safetensors"
    }
  }

  private static func place(_ layer: String?) -> String {
    layer.map { "layer \($0.shortened()): " } ?? ""
  }
}
