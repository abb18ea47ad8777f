internal import PartitaKeys

/// What keeps a file from being a network: which node, which operator, and why.
public enum ONNXError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The bytes are no ONNX model.
  case malformed(String)
  /// A node can't be understood.
  case node(name: String, operation: String, problem: String)
  /// An input needs a shape that nobody gave.
  case input(name: String, problem: String)

  public var description: String {
    switch self {
    case .malformed(let problem): problem
    case .node(let name, let operation, let problem):
      "node '\(name.shortened())', \(operation.shortened()): \(problem)"
    case .input(let name, let problem): "input '\(name.shortened())': \(problem)"
    }
  }
}

/// Why a node can't be understood; whoever knows the node adds its name.
struct NodeProblem: Error {
  let words: String

  init(_ words: String) { self.words = words }
}
