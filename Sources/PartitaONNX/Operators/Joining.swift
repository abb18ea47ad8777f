extension OperatorRule {
  /// Several tensors made one, or one made several.
  static let joining: [String: OperatorRule] = [
    "Concat": .moving(
      { (call) throws(NodeProblem) in
        let first = try call.type(0)
        let axis = try concatenationAxis(call)
        var shape = first.shape
        for place in call.inputs.indices.dropFirst() {
          var other = try call.type(place).shape
          guard other.count == shape.count else {
            throw NodeProblem(
              "its operands \(first) and \(try call.type(place)) have not as many axes")
          }
          let extent = other[axis]
          other[axis] = shape[axis]
          guard other == shape else {
            throw NodeProblem(
              "its operands \(first) and \(try call.type(place)) differ beside axis \(axis)")
          }
          shape[axis] += extent
        }
        return [first.with(shape: shape)]
      },
      folding: { (call, types) throws(NodeProblem) in
        let axis = try concatenationAxis(call)
        let rows = Array(types[0].shape.prefix(axis)).elementCount
        var parts: [[Double]] = []
        for place in call.inputs.indices { parts.append(try call.constant(place).numbers) }
        var numbers: [Double] = []
        for row in 0..<rows {
          for part in parts {
            let width = part.count / max(rows, 1)
            numbers += part[row * width..<(row + 1) * width]
          }
        }
        return [ConstantTensor(types[0].element, types[0].shape, .numbers(numbers))]
      }),
    "Split": .moving(
      { (call) throws(NodeProblem) in
        let x = try call.type(0)
        let axis = try call.axis(call.integer("axis") ?? 0, of: x.shape.count)
        return try splitExtents(call, x.shape[axis]).map { extent in
          var shape = x.shape
          shape[axis] = extent
          return x.with(shape: shape)
        }
      },
      folding: { (call, types) throws(NodeProblem) in
        let x = try call.constant(0)
        let axis = try call.axis(call.integer("axis") ?? 0, of: x.shape.count)
        let strides = x.shape.strides
        var start = 0
        return types.map { type in
          defer { start += type.shape[axis] }
          return x.strided(type.shape, offset: start * strides[axis], by: strides)
        }
      }),
  ]

  private static func concatenationAxis(_ call: NodeCall) throws(NodeProblem) -> Int {
    guard let axis = call.integer("axis") else {
      throw NodeProblem("its attribute 'axis' is missing")
    }
    return try call.axis(axis, of: try call.type(0).shape.count)
  }

  private static func splitExtents(_ call: NodeCall, _ extent: Int) throws(NodeProblem) -> [Int] {
    if let extents = try call.integers("split", orInput: 1) {
      guard extents.reduce(0, +) == extent, extents.allSatisfy({ $0 >= 0 }) else {
        throw NodeProblem("its parts \(extents) don't add up to the axis of \(extent)")
      }
      return extents
    }
    let parts = call.integer("num_outputs") ?? call.node.outputs.count
    guard parts > 0 else { throw NodeProblem("it has no outputs") }
    let each = (extent + parts - 1) / parts
    return (0..<parts).map { Swift.max(0, Swift.min(each, extent - $0 * each)) }
  }
}
