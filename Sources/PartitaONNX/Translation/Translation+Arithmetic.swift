internal import PartitaGraph

/// Products of matrices, and sums and products of elements.
extension Translation {
  mutating func gemm(_ inferred: InferredNode) throws(NodeProblem) {
    let call = inferred.call
    guard !call.flag("transA") else { throw NodeProblem("it transposes the data") }
    let alpha = Float(call.number("alpha") ?? 1)
    let beta = Float(call.number("beta") ?? 1)
    let matrix = try call.constant(1).shape
    let isTurned = call.flag("transB")
    let (features, inputs) = isTurned ? (matrix[0], matrix[1]) : (matrix[1], matrix[0])
    let hasBias = call.optional(2) != nil
    let layer = try append(.linear(features: features, bias: hasBias), inferred)
    try weight("weight", of: layer, inferred, 1, shape: [features, inputs]) { values in
      let rows = isTurned ? values : transposed(values, rows: inputs)
      return alpha == 1 ? rows : rows.map { alpha * $0 }
    }
    guard hasBias else { return }
    let bias = try call.constant(2)
    guard bias.count == 1 || bias.shape.last == bias.count else {
      throw NodeProblem("its third operand \(bias.shape) differs from sample to sample")
    }
    weight("bias", of: layer, shape: [features]) {
      let values = bias.floats.map { beta * $0 }
      return values.count == features ? values : Array(repeating: values[0], count: features)
    }
  }

  mutating func matrixProduct(_ inferred: InferredNode) throws(NodeProblem) {
    let call = inferred.call
    guard inferred.isConstant(1) else {
      guard !inferred.isConstant(0) else { throw NodeProblem("its first operand is a constant") }
      append(
        .matmul(), inferred, reading: [try source(inferred, 0), try source(inferred, 1)])
      return
    }
    let matrix = try call.constant(1).shape
    guard matrix.count == 2 else {
      throw NodeProblem("its second operand \(matrix) is a constant, and no matrix")
    }
    let layer = try append(.linear(features: matrix[1], bias: false), inferred)
    try weight("weight", of: layer, inferred, 1, shape: [matrix[1], matrix[0]]) {
      transposed($0, rows: matrix[0])
    }
  }

  /// Sums, differences, products and quotients: of two layers, or of a layer and a constant.
  mutating func arithmetic(_ inferred: InferredNode) throws(NodeProblem) {
    let places = inferred.node.inputs.indices
    let constants = places.filter { inferred.isConstant($0) }
    if constants.isEmpty {
      var sources: [String] = []
      for place in places { sources.append(try source(inferred, place)) }
      switch inferred.node.operation {
      case "Add", "Sum":
        if sources.count == 1 {
          try alias(inferred)
        } else {
          append(.add, inferred, reading: sources)
        }
      case "Sub": append(.subtract, inferred, reading: sources)
      case "Mul": append(.multiply, inferred, reading: sources)
      case "Div": append(.divide, inferred, reading: sources)
      case let name: throw NodeProblem("there is no layer for \(name) of two layers here")
      }
      return
    }
    guard places.count == 2, constants.count == 1 else {
      throw NodeProblem("it reads \(constants.count) constants, and layers here read one")
    }
    try withConstant(inferred, at: constants[0])
  }

  private mutating func withConstant(
    _ inferred: InferredNode, at place: Int
  ) throws(NodeProblem) {
    let constant = try inferred.call.constant(place)
    let read = try source(inferred, 1 - place)
    let isSecond = place == 1
    if let number = constant.single,
      try inferred.call.type(1 - place).shape == inferred.results[0].shape
    {
      switch (inferred.node.operation, isSecond) {
      case ("Add", _), ("Sum", _): append(.addConstant(number), inferred, reading: [read])
      case ("Sub", true): append(.addConstant(-number), inferred, reading: [read])
      case ("Sub", false):
        let negative = append(
          .multiplyConstant(-1), inferred, reading: [read], suffix: "-negative", result: nil)
        append(.addConstant(number), inferred, reading: [negative])
      case ("Mul", _): append(.multiplyConstant(number), inferred, reading: [read])
      case ("Div", true): append(.multiplyConstant(1 / number), inferred, reading: [read])
      case ("Pow", true) where number == 1: try alias(inferred)
      case ("Pow", true) where number == 2: append(.multiply, inferred, reading: [read, read])
      default: throw NodeProblem("there is no layer for it with the constant \(number) here")
      }
      return
    }
    let shape = try Self.perSample(constant.shape, of: inferred)
    switch (inferred.node.operation, isSecond) {
    case ("Add", _), ("Sum", _):
      let layer = append(.bias(Shape(shape)), inferred, reading: [read])
      try weight("bias", of: layer, inferred, place, shape: shape)
    case ("Sub", true):
      let layer = append(.bias(Shape(shape)), inferred, reading: [read])
      try weight("bias", of: layer, inferred, place, shape: shape) { $0.map { -$0 } }
    case ("Mul", _):
      let layer = append(.scale(Shape(shape)), inferred, reading: [read])
      try weight("weight", of: layer, inferred, place, shape: shape)
    case ("Div", true):
      let layer = append(.scale(Shape(shape)), inferred, reading: [read])
      try weight("weight", of: layer, inferred, place, shape: shape) { $0.map { 1 / $0 } }
    default:
      throw NodeProblem("there is no layer for it with a constant \(constant.shape) here")
    }
  }

  /// Elements in another order, or some of them.
  mutating func rearrange(_ inferred: InferredNode) throws(NodeProblem) {
    let call = inferred.call
    let rank = inferred.results[0].shape.count
    switch inferred.node.operation {
    case "Transpose":
      let order = try OperatorRule.permutation(call)
      guard order[0] == 0 else { throw NodeProblem("it moves the axis of samples") }
      try append(.transpose(order.dropFirst().map { $0 - 1 }), inferred)
    case "Concat":
      let axis = try call.axis(call.integer("axis") ?? 0, of: rank)
      guard axis > 0 else { throw NodeProblem("it puts samples behind each other") }
      var sources: [String] = []
      for place in inferred.node.inputs.indices { sources.append(try source(inferred, place)) }
      if sources.count == 1 { return try alias(inferred) }
      append(.concat(axis: axis - 1), inferred, reading: sources)
    case "Split":
      let axis = try call.axis(call.integer("axis") ?? 0, of: rank)
      guard axis > 0 else { throw NodeProblem("it parts samples") }
      let read = try source(inferred, 0)
      var start = 0
      for (place, type) in inferred.results.enumerated() {
        let end = start + type.shape[axis]
        append(
          .slice(axis: axis - 1, start..<end), inferred, reading: [read], suffix: "-\(place)",
          result: place)
        start = end
      }
    default:
      let slices = try Slices(call)
      let extents = try call.type(0).shape
      let cut = slices.indices.filter { slices[$0].count != extents[$0] }
      guard !cut.contains(0), slices.allSatisfy({ $0.step == 1 || $0.count == 1 }) else {
        throw NodeProblem("it takes some of the samples, or not all in a row")
      }
      guard let last = cut.last else { return try alias(inferred) }
      var read = try source(inferred, 0)
      for axis in cut {
        let slice = slices[axis]
        read = append(
          .slice(axis: axis - 1, slice.start..<slice.start + slice.count), inferred,
          reading: [read], suffix: axis == last ? "" : "-\(axis)",
          result: axis == last ? 0 : nil)
      }
    }
  }
}

/// A matrix whose columns are another's rows.
private func transposed(_ values: [Float], rows: Int) -> [Float] {
  let columns = values.count / max(rows, 1)
  var result: [Float] = []
  result.reserveCapacity(values.count)
  for column in 0..<columns {
    for row in 0..<rows { result.append(values[row * columns + column]) }
  }
  return result
}
