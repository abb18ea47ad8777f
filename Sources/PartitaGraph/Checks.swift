/// The checks that shape rules share, those of other packages' operators too.
extension Operator {
  /// The refusal of operands, in words, with the operator's name.
  public func refusal(_ problem: String) -> GraphError {
    .operands(operator: name, layer: nil, problem: problem)
  }

  /// Refuses another number of operands.
  /// - Throws: `GraphError.operands`.
  public func expect(_ inputs: [ValueType], count: Int) throws(GraphError) {
    guard inputs.count == count else {
      throw refusal("takes \(count) operands, not \(inputs.count)")
    }
  }

  /// Refuses a factor of a product that is neither float32 nor bfloat16.
  func expectFactor(_ input: ValueType, _ what: String) throws(GraphError) {
    guard input.element != .bfloat16 else { return }
    try expect(input, .float32, what)
  }

  /// Refuses an operand that isn't of this rank.
  func expect(_ input: ValueType, rank: Int, _ what: String) throws(GraphError) {
    guard input.shape.rank == rank else {
      throw refusal("needs \(what) with \(rank) axes, not \(input)")
    }
  }

  /// Refuses operands of different shapes.
  func expectSameShape(_ a: ValueType, _ b: ValueType) throws(GraphError) {
    guard a.shape == b.shape else {
      throw refusal("needs two operands of one shape, not \(a.shape) and \(b.shape)")
    }
  }

  /// Refuses an operand of another element type; `what` is the operand in the error, as "an input".
  /// - Throws: `GraphError.operands`.
  public func expect(_ input: ValueType, _ element: ElementType, _ what: String) throws(GraphError)
  {
    guard input.element == element else {
      throw refusal("needs \(what) of \(element.rawValue), not \(input.element.rawValue)")
    }
  }

  /// Refuses a shape that isn't the one that must stand here.
  func expect(_ input: ValueType, shape: Shape, _ what: String) throws(GraphError) {
    guard input.shape == shape else {
      throw refusal("needs \(what) of shape \(shape), not \(input.shape)")
    }
  }

  /// Refuses an operand with an entry for each sample.
  func expectShared(_ input: ValueType, _ what: String) throws(GraphError) {
    guard !input.isPerSample else {
      throw refusal("needs \(what) that all samples share, not \(input)")
    }
  }

  /// Refuses an operand that all samples share.
  func expectPerSample(_ input: ValueType, _ what: String) throws(GraphError) {
    guard input.isPerSample else {
      throw refusal("needs \(what) with an entry for each sample, not \(input)")
    }
  }

  /// Refuses operands of different shapes, or of which only one has an entry for each sample.
  /// - Throws: `GraphError.operands`.
  public func expectAlike(_ a: ValueType, _ b: ValueType) throws(GraphError) {
    try expectSameShape(a, b)
    guard a.batching == b.batching else {
      throw refusal("needs both operands per-sample or both shared, not \(a) and \(b)")
    }
  }

  /// Per-sample where any operand is.
  func batching(_ inputs: [ValueType]) -> Batching {
    inputs.contains(where: \.isPerSample) ? .perSample : .shared
  }
}
