/// NumPy's rule for operands of different shapes: they are aligned at the last axis, and an axis
/// that is missing or of extent 1 is repeated.
extension Shape {
  /// The shape of the result of two operands; nil where an axis has two extents other than 1.
  public func broadcast(with other: Shape) -> Shape? {
    let rank = max(self.rank, other.rank)
    var extents: [Int] = []
    for axis in 0..<rank {
      let (own, others) = (extent(axis, of: rank), other.extent(axis, of: rank))
      guard own == others || own == 1 || others == 1 else { return nil }
      extents.append(own == 1 ? others : own)
    }
    return Shape(extents)
  }

  /// The extent along an axis of a shape of `rank` axes that ends as this one does.
  private func extent(_ axis: Int, of rank: Int) -> Int {
    let own = axis - (rank - self.rank)
    return own < 0 ? 1 : extents[own]
  }

  /// For each axis of a result of this shape, how many elements lie between two neighbours in an
  /// operand of `shape`; 0 along axes that are repeated.
  public func strides(in shape: Shape) -> [Int] {
    let (lead, strides) = (rank - shape.rank, shape.strides)
    return (0..<rank).map { axis in
      let own = axis - lead
      return own < 0 || (shape[own] == 1 && extents[axis] != 1) ? 0 : strides[own]
    }
  }
}

extension Operator {
  /// The shape of what two operands make element by element.
  func broadcastShape(_ a: ValueType, _ b: ValueType) throws(GraphError) -> Shape {
    guard let shape = a.shape.broadcast(with: b.shape) else {
      throw refusal(
        "needs two operands of one shape, or of shapes that broadcast, not \(a.shape) and "
          + "\(b.shape)")
    }
    return shape
  }
}

extension Graph {
  /// `gradient` as the gradient of `input`: summed over the axes along which `input` is repeated,
  /// and over the samples where `input` is shared.
  mutating func reduced(_ gradient: ValueID, like input: ValueID) throws(GraphError) -> ValueID {
    let (own, shape) = (type(of: gradient).shape, type(of: input).shape)
    var result = gradient
    if own != shape {
      let lead = own.rank - shape.rank
      let repeated = (0..<own.rank).filter { axis in
        axis < lead || (shape[axis - lead] == 1 && own[axis] != 1)
      }
      if !repeated.isEmpty { result = try append(Sum(axes: repeated), result) }
      if type(of: result).shape != shape { result = try append(Reshape(to: shape), result) }
    }
    return type(of: result).isPerSample && !type(of: input).isPerSample
      ? try append(SampleSum(), result) : result
  }
}
