extension OperatorRule {
  /// Convolutions over any number of axes of space.
  static let convolutions: [String: OperatorRule] = [
    "Conv": OperatorRule(
      { (call) throws(NodeProblem) in
        let (x, weight) = (try call.type(0), try call.type(1))
        try checkConvolution(call, x, weight)
        let windows = try Windows(
          call, kernel: Array(weight.shape.dropFirst(2)), over: Array(x.shape.dropFirst(2)))
        return [TensorType(x.element, [x.shape[0], weight.shape[0]] + windows.counts)]
      },
      operations: { (call, results) throws(NodeProblem) in
        // Each output: channels of its group · cells of the kernel products and sums, and the bias.
        let each =
          2 * (try call.type(1).shape.dropFirst().reduce(1, *)) + (call.optional(2) == nil ? 0 : 1)
        return Int.saturatingProduct(results[0].count, each)
      }),
    "ConvTranspose": OperatorRule(
      { (call) throws(NodeProblem) in
        let (x, weight) = (try call.type(0), try call.type(1))
        guard x.shape.count >= 3, weight.shape.count == x.shape.count, weight.shape[0] == x.shape[1]
        else { throw NodeProblem("its kernels \(weight) don't fit its operand \(x)") }
        let extents = Array(x.shape.dropFirst(2))
        let kernel = Array(weight.shape.dropFirst(2))
        let ones = Array(repeating: 1, count: extents.count)
        let strides = call.integers("strides") ?? ones
        let dilations = call.integers("dilations") ?? ones
        let extra = call.integers("output_padding") ?? ones.map { _ in 0 }
        let pads = call.integers("pads") ?? (ones + ones).map { _ in 0 }
        guard [strides, dilations, extra].allSatisfy({ $0.count == extents.count }),
          pads.count == 2 * extents.count
        else { throw NodeProblem("its measures don't fit \(extents.count) axes of space") }
        let isSame = ["SAME_UPPER", "SAME_LOWER"].contains(call.text("auto_pad") ?? "")
        let space =
          call.integers("output_shape")
          ?? extents.indices.map { axis in
            if isSame { return extents[axis] * strides[axis] }
            return strides[axis] * (extents[axis] - 1) + extra[axis]
              + (kernel[axis] - 1) * dilations[axis] + 1 - pads[axis] - pads[axis + extents.count]
          }
        guard space.count == extents.count, space.allSatisfy({ $0 > 0 }) else {
          throw NodeProblem("its result would have the axes \(space)")
        }
        let channels = Int.saturatingProduct(weight.shape[1], call.integer("group") ?? 1)
        return [TensorType(x.element, [x.shape[0], channels] + space)]
      },
      operations: { (call, results) throws(NodeProblem) in
        let each = 2 * (try call.type(1).shape.dropFirst().reduce(1, *))
        let bias = call.optional(2) == nil ? 0 : results[0].count
        return Int.saturatingProduct(try call.type(0).count, each) + bias
      }),
  ]

  private static func checkConvolution(
    _ call: NodeCall, _ x: TensorType, _ weight: TensorType
  ) throws(NodeProblem) {
    let groups = call.integer("group") ?? 1
    guard x.shape.count >= 3, weight.shape.count == x.shape.count, groups > 0,
      x.shape[1] == Int.saturatingProduct(weight.shape[1], groups),
      weight.shape[0] % groups == 0
    else {
      throw NodeProblem(
        "its kernels \(weight)\(groups == 1 ? "" : " in \(groups) groups") don't fit its operand \(x)"
      )
    }
    if let bias = call.optional(2)?.shape, bias != [weight.shape[0]] {
      throw NodeProblem("its bias \(bias) isn't one number for each of \(weight.shape[0]) channels")
    }
  }
}
