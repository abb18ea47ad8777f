/// The value of a node's attribute.
enum AttributeValue: Hashable, Sendable {
  case integer(Int)
  case integers([Int])
  case number(Double)
  case numbers([Double])
  case text(String)
  case texts([String])
  case tensor(ConstantTensor)
  /// A graph: the body of a branch or a loop.
  case graph
  /// What nothing here reads.
  case other
}

/// An operator applied to named values.
struct ONNXNode: Hashable, Sendable {
  /// The node's name; of a nameless one its operator and place, as `Conv_3`.
  let name: String
  /// The operator.
  let operation: String
  /// The operator's domain; empty for ONNX's own.
  let domain: String
  /// The values that it reads; an empty name for an input that is left out.
  let inputs: [String]
  /// The values that it makes; an empty name for one that nobody wants.
  let outputs: [String]
  /// Its attributes.
  let attributes: [String: AttributeValue]
}
