internal import PartitaGraph

/// Elements under other axes, in another order, or some of them.
extension Translation {
  mutating func reshape(_ inferred: InferredNode) throws(NodeProblem) {
    let (read, place) = (try source(inferred), try place(inferred))
    let (old, new) = (try inferred.call.type(0).shape, inferred.results[0].shape)
    let found: SamplePlace?
    switch inferred.node.operation {
    case "Unsqueeze":
      let axes = try inferred.call.axes(
        inferred.call.requiredIntegers("axes", orInput: 1), of: new.count)
      let kept = new.indices.filter { !axes.contains($0) }
      found = place.moved(to: kept[place.axis])
    case "Squeeze":
      let given = try inferred.call.integers("axes", orInput: 1)
      let gone =
        try given.map { (given) throws(NodeProblem) in
          try inferred.call.axes(given, of: old.count)
        } ?? old.indices.filter { old[$0] == 1 }
      guard !gone.contains(place.axis) else {
        throw NodeProblem("it takes away the axis of samples")
      }
      found = place.moved(to: place.axis - gone.count { $0 < place.axis })
    default:
      let places = place.places(reading: old, as: new, samples: samples)
      // An extent that is copied is the same axis.
      let copied = inferred.call.optional(1)?.constant?.integers
      let isCopied = copied.map { $0.indices.contains(place.axis) && $0[place.axis] == 0 } ?? false
      found = isCopied && places.contains(place) ? place : places.first
    }
    guard let found else {
      throw NodeProblem("it doesn't keep the axis of samples apart, from \(old) to \(new)")
    }
    let own = found.sampleShape(of: new)
    if own == place.sampleShape(of: old), found != place {
      return try alias(inferred, at: found)
    }
    append(.reshape(Shape(own)), inferred, reading: [read], at: found)
  }

  mutating func transpose(_ inferred: InferredNode) throws(NodeProblem) {
    let place = try place(inferred)
    let order = try OperatorRule.permutation(inferred.call)
    guard let own = place.sampleOrder(order) else {
      return try alias(inferred, at: place.turned(order))
    }
    append(.transpose(own), inferred, reading: [try source(inferred)], at: place.turned(order))
  }

  /// Values behind each other; a constant among them is the same for each sample, as a class token.
  mutating func concatenation(_ inferred: InferredNode) throws(NodeProblem) {
    let call = inferred.call
    let rank = inferred.results[0].shape.count
    let axis = try call.axis(call.integer("axis") ?? 0, of: rank)
    let operands = inferred.node.inputs.indices
    guard let first = operands.first(where: { !inferred.isConstant($0) }) else {
      throw NodeProblem("it reads constants alone")
    }
    let (data, place) = (try source(inferred, first), try place(inferred, first))
    guard axis != place.axis else { throw NodeProblem("it puts samples behind each other") }
    guard operands.count > 1 else { return try alias(inferred) }
    var sources: [String] = []
    for operand in operands {
      guard inferred.isConstant(operand) else {
        guard try self.place(inferred, operand) == place else {
          throw NodeProblem("its operands have their samples on different axes")
        }
        sources.append(try source(inferred, operand))
        continue
      }
      let own = try call.constant(operand).ofSample(place, rank: rank, samples: samples)
      let layer = append(
        TokenLayer(shape: own.shape), inferred, reading: [data], suffix: "-constant\(operand)",
        result: nil)
      try weight("weight", of: layer, inferred, operand, shape: own.shape) { _ in own.floats }
      sources.append(layer)
    }
    append(
      .concat(axis: try place.sampleAxis(axis)), inferred, reading: sources, at: place)
  }

  mutating func split(_ inferred: InferredNode) throws(NodeProblem) {
    let (read, place) = (try source(inferred), try place(inferred))
    let axis = try inferred.call.axis(
      inferred.call.integer("axis") ?? 0, of: inferred.results[0].shape.count)
    let own = try place.sampleAxis(axis)
    var start = 0
    for (result, type) in inferred.results.enumerated() {
      let end = start + type.shape[axis]
      append(
        .slice(axis: own, start..<end), inferred, reading: [read], at: place,
        suffix: "-\(result)", result: result)
      start = end
    }
  }

  mutating func slice(_ inferred: InferredNode) throws(NodeProblem) {
    let slices = try Slices(inferred.call)
    let extents = try inferred.call.type(0).shape
    let cut = slices.indices.filter { slices[$0].count != extents[$0] || slices[$0].step < 0 }
    guard slices.allSatisfy({ $0.step == 1 || $0.count == 1 }) else {
      throw NodeProblem("it leaves elements out between others, or turns them round")
    }
    guard let last = cut.last else { return try alias(inferred) }
    let place = try place(inferred)
    var read = try source(inferred)
    for axis in cut {
      let slice = slices[axis]
      read = append(
        .slice(axis: try place.sampleAxis(axis), slice.start..<slice.start + slice.count),
        inferred, reading: [read], at: place, suffix: axis == last ? "" : "-\(axis)",
        result: axis == last ? 0 : nil)
    }
  }

  /// Entries of an axis that constants choose.
  mutating func gather(_ inferred: InferredNode) throws(NodeProblem) {
    let call = inferred.call
    let (shape, chosen) = (try call.type(0).shape, try call.constant(1))
    let axis = try call.axis(call.integer("axis") ?? 0, of: shape.count)
    let (read, place) = (try source(inferred), try place(inferred))
    let own = try place.sampleAxis(axis)
    guard chosen.shape.count <= 1 else {
      throw NodeProblem("it chooses by indices of \(chosen.shape.count) axes")
    }
    let indices = chosen.integers.map { $0 < 0 ? $0 + shape[axis] : $0 }
    guard indices.allSatisfy((0..<shape[axis]).contains), let first = indices.first else {
      throw NodeProblem("its indices \(indices) aren't all among \(shape[axis])")
    }
    guard indices.count <= 64 else {
      throw NodeProblem("it chooses \(indices.count) entries one by one, and 64 are translated")
    }
    let isScalar = chosen.shape.isEmpty
    let suffix = isScalar ? "-entry" : ""
    var layer: String
    if indices == Array(first..<first + indices.count) {
      layer = append(
        .slice(axis: own, first..<first + indices.count), inferred, reading: [read], at: place,
        suffix: suffix)
    } else {
      var entries: [String] = []
      for index in indices {
        entries.append(
          append(
            .slice(axis: own, index..<index + 1), inferred, reading: [read],
            suffix: "-\(entries.count)", result: nil))
      }
      layer = append(.concat(axis: own), inferred, reading: entries, at: place, suffix: suffix)
    }
    guard isScalar else { return }
    let moved = place.moved(to: place.axis - (axis < place.axis ? 1 : 0))
    append(
      .reshape(Shape(moved.sampleShape(of: inferred.results[0].shape))), inferred,
      reading: [layer], at: moved)
  }

  mutating func expand(_ inferred: InferredNode) throws(NodeProblem) {
    let (old, new) = (try inferred.call.type(0).shape, inferred.results[0].shape)
    let place = try place(inferred).aligned(from: old.count, to: new.count)
    guard old != new else { return try alias(inferred) }
    append(
      SpreadLayer(shape: place.sampleShape(of: new)), inferred, reading: [try source(inferred)],
      at: place)
  }

  mutating func pad(_ inferred: InferredNode) throws(NodeProblem) {
    let call = inferred.call
    let rank = inferred.results[0].shape.count
    let pads = try call.requiredIntegers("pads", orInput: 1)
    let axes = try call.optionalIntegers(3) ?? Array(0..<rank)
    let value = call.number("value") ?? call.optional(2)?.constant?.single ?? 0
    guard call.text("mode") ?? "constant" == "constant", value == 0,
      pads.allSatisfy({ $0 >= 0 })
    else { throw NodeProblem("it puts anything but zeros around a value, or cuts it") }
    let place = try place(inferred)
    let own = place.sampleShape(of: inferred.results[0].shape).count
    var (before, behind) = (Array(repeating: 0, count: own), Array(repeating: 0, count: own))
    for (index, given) in axes.enumerated() where pads[index] + pads[index + axes.count] > 0 {
      let axis = try place.sampleAxis(call.axis(given, of: rank))
      (before[axis], behind[axis]) = (pads[index], pads[index + axes.count])
    }
    try append(PaddedLayer(before: before, behind: behind), inferred)
  }
}

extension SamplePlace {
  /// The same on another axis.
  func moved(to axis: Int) -> SamplePlace {
    SamplePlace(axis: axis, outer: outer, inner: inner)
  }

  /// The place once axes are in another order.
  func turned(_ order: [Int]) -> SamplePlace { moved(to: order.firstIndex(of: axis) ?? axis) }

  /// The order of a sample's axes where the file's are in this one; nil where it stays as it is.
  func sampleOrder(_ order: [Int]) -> [Int]? {
    let own = isAlone ? order.filter { $0 != axis }.map { $0 > axis ? $0 - 1 : $0 } : order
    return own == Array(own.indices) ? nil : own
  }
}
