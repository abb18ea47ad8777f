/// What is known of an operator: the types of its results, what it computes, and where all that it
/// reads is known, its results.
struct OperatorRule: Sendable {
  typealias Types = @Sendable (NodeCall) throws(NodeProblem) -> [TensorType]
  typealias Operations = @Sendable (NodeCall, [TensorType]) throws(NodeProblem) -> Int
  typealias Folding = @Sendable (NodeCall, [TensorType]) throws(NodeProblem) -> [ConstantTensor]

  /// The types of the results.
  let types: Types
  /// Floating-point operations; a product and its sum are two.
  let operations: Operations
  /// The results of constants; nil where they aren't computed here.
  let folding: Folding?
  /// Whether shapes are all that it needs to know of what it reads.
  let needsShapesAlone: Bool

  /// - Parameters:
  ///   - types: the types of the results.
  ///   - operations: operations of a node; one for each element of the first result where nil.
  ///   - folding: the results of constants.
  ///   - needsShapesAlone: whether shapes are enough for it.
  init(
    _ types: @escaping Types, operations: Operations? = nil, folding: Folding? = nil,
    needsShapesAlone: Bool = false
  ) {
    self.types = types
    if let operations {
      self.operations = operations
    } else {
      self.operations = { (_, results) throws(NodeProblem) in results.first?.count ?? 0 }
    }
    self.folding = folding
    self.needsShapesAlone = needsShapesAlone
  }

  /// Moves elements and computes nothing.
  static func moving(_ types: @escaping Types, folding: Folding? = nil) -> OperatorRule {
    OperatorRule(types, operations: { (_, _) throws(NodeProblem) in 0 }, folding: folding)
  }

  /// All operators that are known, by name.
  static let all: [String: OperatorRule] = [
    elementwise, logic, convolutions, pooling, matrices, normalisation, reductions, movement,
    joining,
    selection, shapes, recurrence,
    quantisation,
  ].reduce(into: [:]) { all, family in all.merge(family) { first, _ in first } }

  /// What never has a shape before the network runs, and why, by name.
  static let refused: [String: String] = {
    var refused: [String: String] = [:]
    for name in ["If", "Loop", "Scan"] {
      refused[name] =
        "control flow isn't imported, for what runs is known only while it runs: export the network "
        + "with the condition decided"
    }
    for name in ["NonZero", "Unique", "NonMaxSuppression", "Compress"] {
      refused[name] = "the shape of its result depends on the data"
    }
    return refused
  }()
}
