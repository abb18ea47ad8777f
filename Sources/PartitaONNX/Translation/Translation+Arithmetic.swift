internal import PartitaGraph

/// Sums and products of elements.
extension Translation {
  /// Sums, differences, products and quotients: of two layers, or of a layer and a constant.
  mutating func arithmetic(_ inferred: InferredNode) throws(NodeProblem) {
    let places = inferred.node.inputs.indices
    let constants = places.filter { inferred.isConstant($0) }
    if constants.isEmpty {
      guard places.count > 1 else { return try alias(inferred) }
      let (sources, place) = try aligned(inferred)
      switch inferred.node.operation {
      case "Add", "Sum": append(.add, inferred, reading: sources, at: place)
      case "Sub": append(.subtract, inferred, reading: sources, at: place)
      case "Mul": append(.multiply, inferred, reading: sources, at: place)
      case "Div": append(.divide, inferred, reading: sources, at: place)
      case let name: throw NodeProblem("there is no layer for \(name) of two layers here")
      }
      return
    }
    guard places.count == 2, constants.count == 1 else {
      throw NodeProblem("it reads \(constants.count) constants, and layers here read one")
    }
    try withConstant(inferred, at: constants[0])
  }

  /// All operands, and where samples are in what is spread over all of them.
  /// - Throws: `NodeProblem` where they have their samples at different axes, counted from the last.
  mutating func aligned(
    _ inferred: InferredNode
  ) throws(NodeProblem) -> (sources: [String], place: SamplePlace) {
    let rank = inferred.results[0].shape.count
    var sources: [String] = []
    var (places, shapes): ([SamplePlace], [[Int]]) = ([], [])
    for operand in inferred.node.inputs.indices {
      sources.append(try source(inferred, operand))
      shapes.append(try inferred.call.type(operand).shape)
      places.append(
        try place(inferred, operand).aligned(from: shapes[operand].count, to: rank))
    }
    // One sample may as well stand where it stands in another operand.
    let common = places.first { place in
      zip(places, shapes).allSatisfy { other, shape in
        let own = place.aligned(from: rank, to: shape.count)
        return other == place || (samples == 1 && own.fits(shape, samples: 1))
      }
    }
    guard let common else {
      throw NodeProblem("its operands have their samples on different axes")
    }
    for (operand, shape) in shapes.enumerated() where places[operand] != common {
      let own = common.aligned(from: rank, to: shape.count).sampleShape(of: shape)
      sources[operand] = append(
        .reshape(Shape(own)), inferred, reading: [sources[operand]], suffix: "-read\(operand)",
        result: nil)
    }
    return (sources, common)
  }

  private mutating func withConstant(
    _ inferred: InferredNode, at operand: Int
  ) throws(NodeProblem) {
    let constant = try inferred.call.constant(operand)
    var read = try source(inferred, 1 - operand)
    let (shape, result) = (try inferred.call.type(1 - operand).shape, inferred.results[0].shape)
    let place = try place(inferred, 1 - operand).aligned(from: shape.count, to: result.count)
    let isSecond = operand == 1
    let name = inferred.node.operation
    // c - x = -x + c, and c / x = 1/x · c.
    if !isSecond, name == "Sub" {
      read = append(
        .multiplyConstant(-1), inferred, reading: [read], suffix: "-negative", result: nil)
    } else if !isSecond, name == "Div" {
      read = append(
        ReciprocalLayer(), inferred, reading: [read], suffix: "-reciprocal", result: nil)
    }
    if let number = constant.single, shape == result {
      switch (name, isSecond) {
      case ("Add", _), ("Sum", _), ("Sub", false):
        append(.addConstant(number), inferred, reading: [read], at: place)
      case ("Sub", true): append(.addConstant(-number), inferred, reading: [read], at: place)
      case ("Mul", _), ("Div", false):
        append(.multiplyConstant(number), inferred, reading: [read], at: place)
      case ("Div", true):
        append(.multiplyConstant(1 / number), inferred, reading: [read], at: place)
      case ("Pow", true) where number == 1: try alias(inferred)
      case ("Pow", true) where number == 2:
        append(.multiply, inferred, reading: [read, read], at: place)
      case ("Pow", true) where number == 3:
        append(.multiply, inferred, reading: [read, read, read], at: place)
      case ("Pow", true) where number == -1:
        append(ReciprocalLayer(), inferred, reading: [read], at: place)
      case ("Pow", true) where number == 0.5:
        append(SquareRootLayer(), inferred, reading: [read], at: place)
      case ("Pow", true) where number == -0.5:
        let root = append(
          SquareRootLayer(), inferred, reading: [read], suffix: "-root", result: nil)
        append(ReciprocalLayer(), inferred, reading: [root], at: place)
      default: throw NodeProblem("there is no layer for it with the constant \(number) here")
      }
      return
    }
    let own = try ofSample(constant, inferred, operand: 1 - operand)
    let isProduct: Bool
    var change: @Sendable (Float) -> Float = { $0 }
    switch (name, isSecond) {
    case ("Add", _), ("Sum", _), ("Sub", false): isProduct = false
    case ("Sub", true): (isProduct, change) = (false, { -$0 })
    case ("Mul", _), ("Div", false): isProduct = true
    case ("Div", true): (isProduct, change) = (true, { 1 / $0 })
    default:
      throw NodeProblem("there is no layer for it with a constant \(constant.shape) here")
    }
    let layer =
      isProduct
      ? append(.scale(Shape(own.shape)), inferred, reading: [read], at: place)
      : append(.bias(Shape(own.shape)), inferred, reading: [read], at: place)
    let changed = change
    try weight(isProduct ? "weight" : "bias", of: layer, inferred, operand, shape: own.shape) { _ in
      own.floats.map { changed(isProduct ? $0 : $0.finite) }
    }
  }
}

extension Float {
  /// The number itself; in place of an infinite one, with which masks hide scores, one that hides as
  /// well: parameters are finite.
  fileprivate var finite: Float { isInfinite ? (self < 0 ? -1e30 : 1e30) : self }
}
