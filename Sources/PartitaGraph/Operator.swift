/// One kind of node: its shape rule, its gradient rule and its cost; a file an operator.
///
/// They stand in the folder `Operators`; but `Add` and `Constant`, of which differentiation itself
/// is made, stand here.
///
/// An operator is a pure value: it holds attributes (a stride, a rate), never data. What a device
/// does for it stands in the device's room, what the oracle does in the oracle's; an operator
/// that neither knows is run through its `decomposition`.
public protocol Operator: Hashable, Sendable, CustomStringConvertible {
  /// The operator's name in print, as `linear`.
  var name: String { get }

  /// Whether only its costs are known, for plans and predictions: no device runs it. Not by default.
  var isOnPaper: Bool { get }

  /// How the operator can be cut into slices of its operands; nil, as by default, where it can't.
  var slicing: Slicing? { get }

  /// The types of the results for these operands.
  /// - Throws: `GraphError.operands` for operands that it can't take, with what it takes.
  func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType]

  /// Appends nodes that compute the gradient for each operand that needs one.
  ///
  /// The default differentiates the decomposition. Auxiliary results (`auxiliaryOutputs`) carry
  /// no gradient: they are caches of what the operands already determine.
  /// - Returns: a value for each operand; nil where the gradient is zero or not needed.
  /// - Throws: `GraphError.notDifferentiable` for an operator that has no gradient, and what the
  ///   appended operators throw.
  func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError) -> [ValueID?]

  /// Appends the same computation made of simpler operators; nil for a primitive.
  /// - Throws: what the appended operators throw.
  func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError) -> [ValueID]?

  /// What mixed precision rounds around it; by default it is of no concern.
  var rounding: Rounding { get }

  /// Floating-point operations over `samples` samples.
  func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int
}

/// What a gradient rule is given: one node of the forward graph and the gradients of its results.
public struct GradientCall: Sendable {
  /// The node's operands.
  public let inputs: [ValueID]
  /// The node's results.
  public let outputs: [ValueID]
  /// The gradient of the objective with respect to each result; nil where it is zero.
  public let upstream: [ValueID?]
  /// Whether the gradient with respect to each operand is wanted.
  public let needs: [Bool]

  /// The gradient of the first result.
  public var upstreamOfFirst: ValueID? { upstream[0] }
}

extension Operator {
  public var isOnPaper: Bool { false }

  public var rounding: Rounding { .none }

  public var slicing: Slicing? { nil }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    try graph.gradientsByDecomposition(of: self, call)
  }

  public func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError)
    -> [ValueID]?
  { nil }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    outputs.first?.count(samples: samples) ?? 0
  }

  public var description: String { name }
}
