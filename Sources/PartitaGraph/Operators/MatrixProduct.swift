/// op(A)·op(B) over the two innermost axes, for every entry of the outer axes.
///
/// A: [..., m, k] (or [..., k, m] transposed); B: [..., k, n] (or [..., n, k]); result [..., m, n].
/// A shared operand serves every sample.
public struct MatrixProduct: Operator {
  public let name = "matrix-product"
  public var rounding: Rounding { .product }
  /// Whether A is transposed.
  public let transposesLeft: Bool
  /// Whether B is transposed.
  public let transposesRight: Bool

  public init(transposesLeft: Bool = false, transposesRight: Bool = false) {
    self.transposesLeft = transposesLeft
    self.transposesRight = transposesRight
  }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 2)
    let (a, b) = (inputs[0].shape, inputs[1].shape)
    guard a.rank >= 2, a.rank == b.rank,
      a.extents.dropLast(2) == b.extents.dropLast(2)
    else { throw refusal("\(a) and \(b) aren't matrices over the same outer axes") }
    let (m, k) = transposesLeft ? (a.last, a[a.rank - 2]) : (a[a.rank - 2], a.last)
    let (k2, n) = transposesRight ? (b.last, b[b.rank - 2]) : (b[b.rank - 2], b.last)
    guard k == k2 else { throw refusal("\(a) and \(b) don't fit: \(k) columns meet \(k2) rows") }
    return [ValueType(Shape(a.extents.dropLast(2) + [m, n]), .float32, batching(inputs))]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let dy = call.upstreamOfFirst else { return [nil, nil] }
    let (a, b) = (call.inputs[0], call.inputs[1])
    var gradients: [ValueID?] = [nil, nil]
    if call.needs[0] {
      // dA = dy·op(B)ᵀ, transposed where A is: op(B)·dyᵀ.
      let full =
        transposesLeft
        ? try graph.append(
          MatrixProduct(transposesLeft: transposesRight, transposesRight: true), b, dy)
        : try graph.append(MatrixProduct(transposesRight: !transposesRight), dy, b)
      gradients[0] = try graph.reduced(full, like: a)
    }
    if call.needs[1] {
      let full =
        transposesRight
        ? try graph.append(
          MatrixProduct(transposesLeft: true, transposesRight: transposesLeft), dy, a)
        : try graph.append(MatrixProduct(transposesLeft: !transposesLeft), a, dy)
      gradients[1] = try graph.reduced(full, like: b)
    }
    return gradients
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    let a = inputs[0].shape
    return .product(
      2, outputs[0].count(samples: samples), transposesLeft ? a[a.rank - 2] : a.last)
  }
}
