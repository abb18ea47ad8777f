/// The elementary functions that gradients and updates decompose into, element by element.
///
/// Exp, Erf, SquareRoot, Reciprocal and AddConstant differ in one formula each, so they share a
/// file.
public protocol ElementaryFunction: Operator {
  /// Appends dy·f'(x).
  /// - Throws: what the appended operators throw.
  func slope(x: ValueID, y: ValueID, upstream: ValueID, in graph: inout Graph)
    throws(GraphError) -> ValueID
}

extension ElementaryFunction {
  public var slicing: Slicing? { .elementwise(arrays: 1) }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 1)
    return [inputs[0]]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil] }
    return [try slope(x: call.inputs[0], y: call.outputs[0], upstream: upstream, in: &graph)]
  }
}

/// e^x.
public struct Exp: ElementaryFunction {
  public let name = "exp"

  public init() {}

  public func slope(x: ValueID, y: ValueID, upstream: ValueID, in graph: inout Graph)
    throws(GraphError) -> ValueID
  { try graph.append(Multiply(), upstream, y) }
}

/// The error function, 2/√π ∫₀ˣ e^-t² dt.
public struct Erf: ElementaryFunction {
  public let name = "erf"

  public init() {}

  public func slope(x: ValueID, y: ValueID, upstream: ValueID, in graph: inout Graph)
    throws(GraphError) -> ValueID
  {
    let square = try graph.append(Multiply(), x, x)
    let bell = try graph.append(Exp(), try graph.append(Scale(-1), square))
    let density = try graph.append(Scale(2 / Double.pi.squareRoot()), bell)
    return try graph.append(Multiply(), upstream, density)
  }
}

/// √x.
public struct SquareRoot: ElementaryFunction {
  public let name = "square-root"

  public init() {}

  public func slope(x: ValueID, y: ValueID, upstream: ValueID, in graph: inout Graph)
    throws(GraphError) -> ValueID
  {
    let half = try graph.append(Scale(0.5), upstream)
    return try graph.append(Multiply(), half, try graph.append(Reciprocal(), y))
  }
}

/// 1 / x.
public struct Reciprocal: ElementaryFunction {
  public let name = "reciprocal"

  public init() {}

  public func slope(x: ValueID, y: ValueID, upstream: ValueID, in graph: inout Graph)
    throws(GraphError) -> ValueID
  {
    let square = try graph.append(Multiply(), y, y)
    return try graph.append(Multiply(), upstream, try graph.append(Scale(-1), square))
  }
}

/// x + c.
public struct AddConstant: ElementaryFunction {
  public let name = "add-constant"
  /// What is added to every element.
  public let constant: Double

  public init(_ constant: Double) { self.constant = constant }

  public func slope(x: ValueID, y: ValueID, upstream: ValueID, in graph: inout Graph)
    throws(GraphError) -> ValueID
  { upstream }

  public var description: String { "add-constant(\(constant))" }
}
