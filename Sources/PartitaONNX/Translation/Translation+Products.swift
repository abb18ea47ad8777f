internal import PartitaGraph

/// Products of matrices.
extension Translation {
  mutating func gemm(_ inferred: InferredNode) throws(NodeProblem) {
    let call = inferred.call
    let alpha = Float(call.number("alpha") ?? 1)
    let beta = call.number("beta") ?? 1
    let matrix = try call.constant(1).shape
    var (read, place) = (try source(inferred), try place(inferred))
    if call.flag("transA") {
      let order = [1, 0]
      let turned = place.turned(order)
      if let own = place.sampleOrder(order) {
        read = append(
          .transpose(own), inferred, reading: [read], suffix: "-transposed", result: nil)
      }
      place = turned
    }
    guard place.axis == 0 else { throw NodeProblem("it adds samples up") }
    let third = call.optional(2)
    let constant = third?.constant
    let isLast = third == nil || constant != nil
    let layer = try linear(
      inferred, 1, matrix: matrix, isTurned: call.flag("transB"), bias: constant != nil,
      factor: alpha, reading: read, at: place, suffix: isLast ? "" : "-product",
      result: isLast ? 0 : nil)
    guard let constant else {
      guard third != nil else { return }
      guard try self.place(inferred, 2) == place else {
        throw NodeProblem("its operands have their samples on different axes")
      }
      var added = try source(inferred, 2)
      if beta != 1 {
        added = append(
          .multiplyConstant(beta), inferred, reading: [added], suffix: "-beta", result: nil)
      }
      append(.add, inferred, reading: [layer, added], at: place)
      return
    }
    guard constant.count == 1 || constant.shape.last == constant.count else {
      throw NodeProblem("its third operand \(constant.shape) differs from sample to sample")
    }
    let features = inferred.results[0].shape[1]
    weight("bias", of: layer, shape: [features]) {
      let values = constant.floats.map { Float(beta) * $0 }
      return values.count == features ? values : Array(repeating: values[0], count: features)
    }
  }

  mutating func matrixProduct(_ inferred: InferredNode) throws(NodeProblem) {
    let (left, right) = (inferred.isConstant(0), inferred.isConstant(1))
    guard left || right else { return try productOfLayers(inferred) }
    let operand = right ? 1 : 0
    let constant = try inferred.call.constant(operand)
    let shape = try inferred.call.type(1 - operand).shape
    let rank = inferred.results[0].shape.count
    let read = try source(inferred, 1 - operand)
    let place = try place(inferred, 1 - operand)
    let matrix =
      constant.shape.dropLast(2).allSatisfy({ $0 == 1 })
      ? Array(constant.shape.suffix(2)) : constant.shape
    guard matrix.count >= 2, shape.count >= 2, matrix.count > 2 || shape.count == rank else {
      throw NodeProblem("its operands \(shape) and \(constant.shape) aren't both matrices")
    }
    guard place.axis < shape.count - (right ? 1 : 2) else {
      throw NodeProblem("it adds samples up, or puts them among the rows of a product")
    }
    if matrix.count == 2, right {
      _ = try linear(inferred, 1, matrix: matrix, isTurned: false, reading: read, at: place)
      return
    }
    let own = place.sampleShape(of: shape)
    guard matrix.count > 2 else {
      // A·x = (xᵀ·Aᵀ)ᵀ, and A is the weight.
      var order = Array(own.indices)
      order.swapAt(own.count - 1, own.count - 2)
      let turned = append(
        .transpose(order), inferred, reading: [read], suffix: "-transposed", result: nil)
      let product = try linear(
        inferred, 0, matrix: matrix, isTurned: true, reading: turned, at: place,
        suffix: "-product", result: nil)
      append(.transpose(order), inferred, reading: [product], at: place)
      return
    }
    guard place.axis < shape.count - 2 else {
      throw NodeProblem("its samples are the rows of matrices that its constant has many of")
    }
    let aligned = place.aligned(from: shape.count, to: rank)
    let matrices = try constant.ofSample(aligned, rank: rank, samples: samples)
    guard own.count == rank - (place.isAlone ? 1 : 0), matrices.shape.count == own.count else {
      throw NodeProblem("its constant \(constant.shape) has other outer axes than \(shape)")
    }
    let layer = append(
      ParameterProductLayer(shape: matrices.shape, isLeft: left), inferred, reading: [read],
      at: aligned)
    try weight("weight", of: layer, inferred, operand, shape: matrices.shape) { _ in
      matrices.floats
    }
  }

  /// The product of two layers' matrices; outer axes of extent 1 are repeated.
  private mutating func productOfLayers(_ inferred: InferredNode) throws(NodeProblem) {
    let result = inferred.results[0].shape
    var (sources, place) = try aligned(inferred)
    let shapes = [try inferred.call.type(0).shape, try inferred.call.type(1).shape]
    guard shapes.allSatisfy({ $0.count >= 2 }), place.axis < result.count - 2 else {
      throw NodeProblem("it adds samples up, or puts them among the rows of a product")
    }
    let outer = place.sampleShape(of: result).dropLast(2)
    for (operand, shape) in shapes.enumerated() {
      let own = place.aligned(from: result.count, to: shape.count).sampleShape(of: shape)
      guard own.dropLast(2) != outer else { continue }
      sources[operand] = append(
        SpreadLayer(shape: outer + own.suffix(2)), inferred, reading: [sources[operand]],
        suffix: "-spread\(operand)", result: nil)
    }
    append(.matmul(), inferred, reading: sources, at: place)
  }
}
