extension OperatorRule {
  /// The same elements under other extents, in another order, or some of them.
  static let movement: [String: OperatorRule] = [
    "Reshape": .reshaping { (call) throws(NodeProblem) in
      let x = try call.type(0)
      var shape = try call.constant(1).integers
      for (axis, extent) in shape.enumerated() where extent == 0 && !call.flag("allowzero") {
        guard axis < x.shape.count else {
          throw NodeProblem("its shape \(shape) copies axis \(axis), which \(x) doesn't have")
        }
        shape[axis] = x.shape[axis]
      }
      guard shape.filter({ $0 < 0 }).count <= 1, shape.allSatisfy({ $0 >= -1 }) else {
        throw NodeProblem("its shape \(shape) leaves more than one extent open")
      }
      if let open = shape.firstIndex(of: -1) {
        let others = shape.filter { $0 >= 0 }.elementCount
        shape[open] = others == 0 ? 0 : x.count / others
      }
      guard shape.elementCount == x.count else {
        throw NodeProblem("its shape \(shape) has not the \(x.count) elements of its operand \(x)")
      }
      return shape
    },
    "Flatten": .reshaping { (call) throws(NodeProblem) in
      let shape = try call.type(0).shape
      let given = call.integer("axis") ?? 1
      guard (-shape.count...shape.count).contains(given) else {
        throw NodeProblem("its axis \(given) isn't one of \(shape.count)")
      }
      let axis = given < 0 ? given + shape.count : given
      return [Array(shape.prefix(axis)).elementCount, Array(shape.dropFirst(axis)).elementCount]
    },
    "Squeeze": .reshaping { (call) throws(NodeProblem) in
      let shape = try call.type(0).shape
      let given = try call.integers("axes", orInput: 1)
      let axes = try given.map { (given) throws(NodeProblem) in
        try call.axes(given, of: shape.count)
      }
      for axis in axes ?? [] where shape[axis] != 1 {
        throw NodeProblem("it takes away axis \(axis), whose extent is \(shape[axis]) and not 1")
      }
      return shape.enumerated().compactMap { axis, extent in
        (axes?.contains(axis) ?? (extent == 1)) ? nil : extent
      }
    },
    "Unsqueeze": .reshaping { (call) throws(NodeProblem) in
      let shape = try call.type(0).shape
      let given = try call.requiredIntegers("axes", orInput: 1)
      let axes = try call.axes(given, of: shape.count + given.count)
      var result = shape
      for axis in axes { result.insert(1, at: axis) }
      return result
    },
    "Transpose": .moving(
      { (call) throws(NodeProblem) in
        let x = try call.type(0)
        let order = try permutation(call)
        return [x.with(shape: order.map { x.shape[$0] })]
      },
      folding: { (call, types) throws(NodeProblem) in
        let x = try call.constant(0)
        let strides = x.shape.strides
        return [x.strided(types[0].shape, by: try permutation(call).map { strides[$0] })]
      }),
    "Expand": .moving(
      { (call) throws(NodeProblem) in
        let x = try call.type(0)
        return [x.with(shape: try [x.shape, call.constant(1).integers].broadcast())]
      },
      folding: { (call, types) throws(NodeProblem) in
        let x = try call.constant(0)
        return [x.strided(types[0].shape, by: x.shape.strides(over: types[0].shape))]
      }),
    "Slice": .moving(
      { (call) throws(NodeProblem) in
        [try call.type(0).with(shape: Slices(call).map(\.count))]
      },
      folding: { (call, _) throws(NodeProblem) in
        let x = try call.constant(0)
        let slices = try Slices(call)
        let offset = zip(slices, x.shape.strides).reduce(0) { $0 + $1.0.start * $1.1 }
        return [
          x.strided(
            slices.map(\.count), offset: offset,
            by: zip(slices, x.shape.strides).map { $0.step * $1 }
          )
        ]
      }),
    "Tile": .moving { (call) throws(NodeProblem) in
      let (x, repeats) = (try call.type(0), try call.constant(1).integers)
      guard repeats.count == x.shape.count, repeats.allSatisfy({ $0 >= 0 }) else {
        throw NodeProblem("its repeats \(repeats) don't fit its operand \(x)")
      }
      return [x.with(shape: zip(x.shape, repeats).map { Int.saturatingProduct($0, $1) })]
    },
    "Pad": .moving { (call) throws(NodeProblem) in
      let x = try call.type(0)
      let axes =
        try call.optionalIntegers(3).map { (axes) throws(NodeProblem) in
          try axes.map { (axis) throws(NodeProblem) in try call.axis(axis, of: x.shape.count) }
        } ?? Array(x.shape.indices)
      let pads = try call.requiredIntegers("pads", orInput: 1)
      guard pads.count == 2 * axes.count else {
        throw NodeProblem("its pads \(pads) don't fit its operand \(x)")
      }
      var shape = x.shape
      for (place, axis) in axes.enumerated() {
        shape[axis] += pads[place] + pads[place + axes.count]
      }
      guard shape.allSatisfy({ $0 >= 0 }) else {
        throw NodeProblem("its pads \(pads) leave nothing")
      }
      return [x.with(shape: shape)]
    },
    "DepthToSpace": .moving { (call) throws(NodeProblem) in
      let (x, block) = (try call.type(0), call.integer("blocksize") ?? 0)
      guard x.shape.count == 4, block > 0, x.shape[1] % (block * block) == 0 else {
        throw NodeProblem("blocks of \(block) don't fit its operand \(x)")
      }
      return [
        x.with(shape: [
          x.shape[0], x.shape[1] / (block * block), x.shape[2] * block, x.shape[3] * block,
        ])
      ]
    },
    "SpaceToDepth": .moving { (call) throws(NodeProblem) in
      let (x, block) = (try call.type(0), call.integer("blocksize") ?? 0)
      guard x.shape.count == 4, block > 0, x.shape[2] % block == 0, x.shape[3] % block == 0 else {
        throw NodeProblem("blocks of \(block) don't fit its operand \(x)")
      }
      return [
        x.with(shape: [
          x.shape[0], x.shape[1] * block * block, x.shape[2] / block, x.shape[3] / block,
        ])
      ]
    },
    "Resize": resizing, "Upsample": resizing,
    "Trilu": .moving(
      { (call) throws(NodeProblem) in [try call.type(0)] },
      folding: { (call, types) throws(NodeProblem) in
        let x = try call.constant(0)
        guard x.shape.count >= 2 else { throw NodeProblem("its operand \(x.type) is no matrix") }
        let (rows, columns) = (x.shape[x.shape.count - 2], x.shape[x.shape.count - 1])
        let (shift, isUpper) = (
          try call.optionalIntegers(1)?.first ?? 0, call.flag("upper", otherwise: true)
        )
        let numbers = x.numbers.enumerated().map { place, number in
          let (row, column) = (place / max(columns, 1) % max(rows, 1), place % max(columns, 1))
          let distance = column - row
          return (isUpper ? distance >= shift : distance <= shift) ? number : 0
        }
        return [ConstantTensor(types[0].element, types[0].shape, .numbers(numbers))]
      }),
    "ReverseSequence": .moving { (call) throws(NodeProblem) in [try call.type(0)] },
  ]

  /// Moves no element, and gives a new shape.
  private static func reshaping(
    _ shape: @escaping @Sendable (NodeCall) throws(NodeProblem) -> [Int]
  ) -> OperatorRule {
    .moving(
      { (call) throws(NodeProblem) in [try call.type(0).with(shape: shape(call))] },
      folding: {
        (call, types) throws(NodeProblem) in [try call.constant(0).with(shape: types[0].shape)]
      })
  }

  /// Which axis of the operand each axis of the result is.
  static func permutation(_ call: NodeCall) throws(NodeProblem) -> [Int] {
    let rank = try call.type(0).shape.count
    let order = call.integers("perm") ?? (0..<rank).reversed()
    guard order.sorted() == Array(0..<rank) else {
      throw NodeProblem("its order of axes \(order) doesn't fit \(rank) axes")
    }
    return order
  }

  private static let resizing = OperatorRule({ (call) throws(NodeProblem) in
    let x = try call.type(0)
    // Upsample has its scales as second input, Resize as third; sizes win over scales.
    let isUpsample = call.node.operation == "Upsample"
    let shape: [Int]
    if !isUpsample, let sizes = try call.optionalIntegers(3), !sizes.isEmpty {
      shape = sizes
    } else {
      let place = isUpsample || (call.opset < 11) ? 1 : 2
      let scales =
        if case .numbers(let scales)? = call.node.attributes["scales"] { scales } else {
          try call.constant(place).numbers
        }
      guard scales.count == x.shape.count else {
        throw NodeProblem("its scales \(scales) don't fit its operand \(x)")
      }
      shape = zip(x.shape, scales).map { Int(clamping: (Double($0) * $1).rounded(.down)) }
    }
    guard shape.count == x.shape.count, shape.allSatisfy({ $0 > 0 }) else {
      throw NodeProblem("its sizes \(shape) don't fit its operand \(x)")
    }
    return [x.with(shape: shape)]
  })
}

/// What a `Slice` takes of each axis.
struct Slices: RandomAccessCollection {
  /// From where, in which steps, how many.
  struct Slice {
    let start, step, count: Int
  }

  private let slices: [Slice]
  var startIndex: Int { 0 }
  var endIndex: Int { slices.count }
  subscript(axis: Int) -> Slice { slices[axis] }

  /// Reads a node's bounds, attributes or inputs.
  /// - Throws: `NodeProblem` for bounds that don't fit.
  init(_ call: NodeCall) throws(NodeProblem) {
    let shape = try call.type(0).shape
    let starts = try call.requiredIntegers("starts", orInput: 1)
    let ends = try call.requiredIntegers("ends", orInput: 2)
    let axes = try call.integers("axes", orInput: 3) ?? Array(starts.indices)
    let steps = try call.optionalIntegers(4) ?? starts.map { _ in 1 }
    guard starts.count == ends.count, starts.count == axes.count, starts.count == steps.count else {
      throw NodeProblem(
        "its bounds \(starts) and \(ends), axes \(axes) and steps \(steps) differ in number")
    }
    var slices = shape.map { Slice(start: 0, step: 1, count: $0) }
    for place in starts.indices {
      let axis = try call.axis(axes[place], of: shape.count)
      let (extent, step) = (shape[axis], steps[place])
      guard step != 0 else { throw NodeProblem("a step is 0") }
      func bound(_ given: Int, _ least: Int, _ most: Int) -> Int {
        Swift.min(Swift.max(given < 0 ? given + extent : given, least), most)
      }
      let (start, end) =
        step > 0
        ? (bound(starts[place], 0, extent), bound(ends[place], 0, extent))
        : (
          bound(starts[place], 0, extent - 1),
          ends[place] < -extent ? -1 : bound(ends[place], -1, extent - 1)
        )
      let reach = step > 0 ? end - start : start - end
      let size = Int(step.magnitude)
      slices[axis] = Slice(
        start: start, step: step, count: reach <= 0 ? 0 : (reach - 1) / size + 1)
    }
    self.slices = slices
  }
}
