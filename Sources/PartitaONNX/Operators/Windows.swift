/// The windows of a convolution or a pooling over some spatial axes.
struct Windows {
  /// Extents of a window, its steps, and the steps inside of it, for each spatial axis.
  let kernel, strides, dilations: [Int]
  /// Cells before and behind each axis.
  let before, behind: [Int]
  /// Windows along each axis.
  let counts: [Int]

  /// Reads a node's attributes.
  ///
  /// - Parameters:
  ///   - call: the node.
  ///   - kernel: the extents of a window, where they aren't an attribute.
  ///   - extents: those of the operand's spatial axes.
  /// - Throws: `NodeProblem` for measures that don't fit.
  init(_ call: NodeCall, kernel given: [Int]? = nil, over extents: [Int]) throws(NodeProblem) {
    guard let kernel = call.integers("kernel_shape") ?? given else {
      throw NodeProblem("its attribute 'kernel_shape' is missing")
    }
    let axes = extents.count
    let ones = Array(repeating: 1, count: axes)
    let strides = call.integers("strides") ?? ones
    let dilations = call.integers("dilations") ?? ones
    guard kernel.count == axes, strides.count == axes, dilations.count == axes,
      (kernel + strides + dilations).allSatisfy({ $0 > 0 }),
      given.map({ $0 == kernel }) ?? true
    else {
      throw NodeProblem(
        "its kernel \(kernel), strides \(strides) and dilations \(dilations) don't fit \(axes) axes of "
          + "space")
    }
    let reach = zip(kernel, dilations).map { ($0 - 1) * $1 + 1 }
    (before, behind) = try Self.padding(call, extents, strides, reach)
    var counts: [Int] = []
    for axis in 0..<axes {
      let room = extents[axis] + before[axis] + behind[axis] - reach[axis]
      guard room >= 0 else {
        throw NodeProblem(
          "its window of \(reach[axis]) cells doesn't fit the axis of \(extents[axis]) with "
            + "\(before[axis]) and \(behind[axis]) around it")
      }
      guard call.flag("ceil_mode") else {
        counts.append(room / strides[axis] + 1)
        continue
      }
      var count = (room + strides[axis] - 1) / strides[axis] + 1
      // A window that begins behind the axis is none.
      if (count - 1) * strides[axis] >= extents[axis] + before[axis] { count -= 1 }
      counts.append(count)
    }
    self.kernel = kernel
    self.strides = strides
    self.dilations = dilations
    self.counts = counts
  }

  /// The cells of one window.
  var cells: Int { kernel.elementCount }

  private static func padding(
    _ call: NodeCall, _ extents: [Int], _ strides: [Int], _ reach: [Int]
  ) throws(NodeProblem) -> ([Int], [Int]) {
    let none = Array(repeating: 0, count: extents.count)
    switch call.text("auto_pad") ?? "NOTSET" {
    case "NOTSET", "":
      let pads = call.integers("pads") ?? none + none
      guard pads.count == 2 * extents.count, pads.allSatisfy({ $0 >= 0 }) else {
        throw NodeProblem("its padding \(pads) doesn't fit \(extents.count) axes of space")
      }
      return (Array(pads.prefix(extents.count)), Array(pads.suffix(extents.count)))
    case "VALID": return (none, none)
    case let mode where mode == "SAME_UPPER" || mode == "SAME_LOWER":
      let total = extents.indices.map { axis in
        let count = (extents[axis] + strides[axis] - 1) / strides[axis]
        return max((count - 1) * strides[axis] + reach[axis] - extents[axis], 0)
      }
      let smaller = total.map { $0 / 2 }
      let larger = zip(total, smaller).map { $0 - $1 }
      return mode == "SAME_UPPER" ? (smaller, larger) : (larger, smaller)
    case let other: throw NodeProblem("its auto_pad '\(other)' isn't known")
    }
  }
}
