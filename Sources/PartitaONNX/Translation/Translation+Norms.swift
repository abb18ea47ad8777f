internal import PartitaGraph

/// Norms, and means along axes.
extension Translation {
  /// The mean, or the sum, along some axes.
  mutating func mean(_ inferred: InferredNode) throws(NodeProblem) {
    let x = try inferred.call.type(0).shape
    let axes = try OperatorRule.reducedAxes(inferred.call)
    let (read, place) = (try source(inferred), try place(inferred))
    let isSum = inferred.node.operation == "ReduceSum"
    let result = inferred.results[0].shape
    if !isSum, x.count == 4, axes == [2, 3], place.isInFront {
      let whole = RowsAndColumns(rows: x[2], columns: x[3])
      guard result.count == 2 else {
        try append(.averagePool(kernel: whole, stride: whole), inferred)
        return
      }
      let pooled = append(
        .averagePool(kernel: whole, stride: whole), inferred, reading: [read], suffix: "-pool",
        result: nil)
      append(.reshape([x[1]]), inferred, reading: [pooled])
      return
    }
    guard !axes.isEmpty else { return try alias(inferred) }
    var own: [Int] = []
    for axis in axes { own.append(try place.sampleAxis(axis)) }
    let keeps = result.count == x.count
    let moved = keeps ? place : place.moved(to: place.axis - axes.count { $0 < place.axis })
    let layer = append(
      MeanLayer(axes: own, isSum: isSum), inferred, reading: [read], at: moved,
      suffix: keeps ? "-mean" : "")
    guard keeps else { return }
    append(
      .reshape(Shape(place.sampleShape(of: result))), inferred, reading: [layer], at: moved)
  }

  /// The largest element along some axes, as a pool over one row.
  mutating func largest(_ inferred: InferredNode) throws(NodeProblem) {
    let x = try inferred.call.type(0).shape
    let axes = try OperatorRule.reducedAxes(inferred.call)
    let place = try place(inferred)
    let result = inferred.results[0].shape
    guard !axes.isEmpty else { return try alias(inferred) }
    var own: [Int] = []
    for axis in axes { own.append(try place.sampleAxis(axis)) }
    let shape = place.sampleShape(of: x)
    let kept = shape.indices.filter { !own.contains($0) }
    let width = own.map { shape[$0] }.elementCount
    var layer = try source(inferred)
    if kept + own != Array(shape.indices) {
      layer = append(
        .transpose(kept + own), inferred, reading: [layer], suffix: "-turned", result: nil)
    }
    layer = append(
      .reshape([shape.elementCount / width, 1, width]), inferred, reading: [layer],
      suffix: "-rows", result: nil)
    let row = RowsAndColumns(rows: 1, columns: width)
    layer = append(
      .maxPool(kernel: row, stride: row), inferred, reading: [layer], suffix: "-pool", result: nil)
    let moved =
      result.count == x.count ? place : place.moved(to: place.axis - axes.count { $0 < place.axis })
    append(.reshape(Shape(moved.sampleShape(of: result))), inferred, reading: [layer], at: moved)
  }

  mutating func batchNorm(_ inferred: InferredNode) throws(NodeProblem) {
    let call = inferred.call
    guard inferred.node.outputs.dropFirst().allSatisfy(\.isEmpty) else {
      throw NodeProblem("it was exported in training mode: export the network for inference")
    }
    try expectSamplesInFront(inferred)
    let layer = try append(
      .batchNorm(
        epsilon: call.number("epsilon") ?? 1e-5, momentum: 1 - (call.number("momentum") ?? 0.9)),
      inferred)
    for (place, name) in [(1, "weight"), (2, "bias"), (3, "running_mean"), (4, "running_var")] {
      try weight(name, of: layer, inferred, place)
    }
  }

  mutating func layerNorm(_ inferred: InferredNode) throws(NodeProblem) {
    let call = inferred.call
    let shape = try call.type(0).shape
    let axis = try call.axis(call.integer("axis") ?? -1, of: shape.count)
    guard try place(inferred).axis < axis else {
      throw NodeProblem("it works along the axis of samples")
    }
    guard inferred.node.outputs.dropFirst().allSatisfy(\.isEmpty) else {
      throw NodeProblem("its mean and deviation are read, and the layer here keeps them")
    }
    let rows = Array(shape.dropFirst(axis))
    let layer = try append(
      .layerNorm(epsilon: call.number("epsilon") ?? 1e-5, axes: rows.count), inferred)
    let width = rows.elementCount
    func spread(_ place: Int) throws(NodeProblem) -> @Sendable ([Float]) -> [Float] {
      let given = try call.constant(place)
      let constant = given.with(shape: Array(given.shape.drop { $0 == 1 }))
      guard try [constant.shape, rows].broadcast() == rows else {
        throw NodeProblem("its input \(place), \(constant.shape), isn't spread over \(rows)")
      }
      return { values in
        values.count == width
          ? values : constant.strided(rows, by: constant.shape.strides(over: rows)).floats
      }
    }
    try weight("weight", of: layer, inferred, 1, shape: [width], spread(1))
    if call.optional(2) != nil {
      try weight("bias", of: layer, inferred, 2, shape: [width], spread(2))
    } else {
      weight("bias", of: layer, shape: [width]) { Array(repeating: 0, count: width) }
    }
  }

  /// A norm without parameters along the last axes.
  mutating func standardisation(_ inferred: InferredNode) throws(NodeProblem) {
    let rank = inferred.results[0].shape.count
    let axis = inferred.call.integer("axis") ?? rank - 1
    guard try place(inferred).axis < axis else {
      throw NodeProblem("it works along the axis of samples")
    }
    try append(
      StandardLayer(epsilon: inferred.call.number("epsilon") ?? 0, axes: rank - axis), inferred)
  }

  /// Norms of each channel, or of channels in groups, over all of space.
  mutating func groupNorm(_ inferred: InferredNode) throws(NodeProblem) {
    let call = inferred.call
    try expectSamplesInFront(inferred)
    let own = Array(try call.type(0).shape.dropFirst())
    guard let channels = own.first, own.count >= 2 else {
      throw NodeProblem("its operand has no channels with space")
    }
    let groups =
      inferred.node.operation == "GroupNormalization"
      ? call.integer("num_groups") ?? channels : channels
    guard groups > 0, channels % groups == 0 else {
      throw NodeProblem("\(groups) groups don't fit \(channels) channels")
    }
    var layer = append(
      .reshape([groups, own.elementCount / groups]), inferred, reading: [try source(inferred)],
      suffix: "-groups", result: nil)
    layer = append(
      StandardLayer(epsilon: call.number("epsilon") ?? 1e-5, axes: 1), inferred, reading: [layer],
      suffix: "-norm", result: nil)
    layer = append(.reshape(Shape(own)), inferred, reading: [layer], suffix: "-image", result: nil)
    let shape = [channels] + own.dropFirst().map { _ in 1 }
    for place in [1, 2] where try ![channels, groups].contains(call.constant(place).count) {
      throw NodeProblem("its input \(place) isn't one number for each channel or group")
    }
    // Version 18 has a number for each group.
    let each: @Sendable ([Float]) -> [Float] = { values in
      values.count == channels
        ? values : values.flatMap { Array(repeating: $0, count: channels / groups) }
    }
    layer = append(
      .scale(Shape(shape)), inferred, reading: [layer], suffix: "-scale", result: nil)
    try weight("weight", of: layer, inferred, 1, shape: shape, each)
    layer = append(.bias(Shape(shape)), inferred, reading: [layer])
    try weight("bias", of: layer, inferred, 2, shape: shape, each)
  }

  /// - Throws: `NodeProblem` where an operand doesn't have its samples in front.
  func expectSamplesInFront(_ inferred: InferredNode) throws(NodeProblem) {
    guard try place(inferred).isInFront else {
      throw NodeProblem("its operand doesn't have its samples on the first axis, by themselves")
    }
  }
}
