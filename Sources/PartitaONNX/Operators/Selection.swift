extension OperatorRule {
  /// Elements that indices choose.
  static let selection: [String: OperatorRule] = [
    "Gather": .moving(
      { (call) throws(NodeProblem) in
        let (x, indices) = (try call.type(0), try call.type(1).shape)
        let axis = try call.axis(call.integer("axis") ?? 0, of: x.shape.count)
        return [x.with(shape: x.shape.prefix(axis) + indices + x.shape.dropFirst(axis + 1))]
      },
      folding: { (call, types) throws(NodeProblem) in
        let x = try call.constant(0)
        let indices = try call.constant(1).integers
        let axis = try call.axis(call.integer("axis") ?? 0, of: x.shape.count)
        let outer = Array(x.shape.prefix(axis)).elementCount
        let (extent, inner) = (x.shape[axis], Array(x.shape.dropFirst(axis + 1)).elementCount)
        let source = x.numbers
        var numbers: [Double] = []
        for row in 0..<outer {
          for index in indices {
            let place = index < 0 ? index + extent : index
            guard (0..<extent).contains(place) else {
              throw NodeProblem("its index \(index) isn't one of \(extent)")
            }
            let start = (row * extent + place) * inner
            numbers += source[start..<start + inner]
          }
        }
        return [ConstantTensor(x.element, types[0].shape, .numbers(numbers))]
      }),
    "GatherElements": .moving { (call) throws(NodeProblem) in
      [TensorType(try call.type(0).element, try call.type(1).shape)]
    },
    "GatherND": .moving { (call) throws(NodeProblem) in
      let (x, indices) = (try call.type(0), try call.type(1).shape)
      let batch = call.integer("batch_dims") ?? 0
      guard let depth = indices.last, batch >= 0, batch + depth <= x.shape.count else {
        throw NodeProblem("its indices \(try call.type(1)) don't fit its operand \(x)")
      }
      return [x.with(shape: indices.dropLast() + x.shape.dropFirst(batch + depth))]
    },
    "ScatterND": .moving { (call) throws(NodeProblem) in [try call.type(0)] },
    "ScatterElements": .moving { (call) throws(NodeProblem) in [try call.type(0)] },
    "OneHot": .moving { (call) throws(NodeProblem) in
      let indices = try call.type(0).shape
      guard let depth = try call.constant(1).integers.first, depth > 0 else {
        throw NodeProblem("its depth isn't a number above 0")
      }
      var shape = indices
      shape.insert(
        depth, at: try call.axis(call.integer("axis") ?? -1, of: indices.count + 1))
      return [TensorType(try call.type(2).element, shape)]
    },
    "TopK": OperatorRule(
      { (call) throws(NodeProblem) in
        let x = try call.type(0)
        let axis = try call.axis(call.integer("axis") ?? -1, of: x.shape.count)
        let inputs = try call.optionalIntegers(1)
        guard let count = call.integer("k") ?? inputs?.first,
          (0...x.shape[axis]).contains(count)
        else { throw NodeProblem("its k doesn't fit the axis of \(x.shape[axis])") }
        var shape = x.shape
        shape[axis] = count
        return [x.with(shape: shape), TensorType(.int64, shape)]
      }, operations: { (call, _) throws(NodeProblem) in try call.type(0).count }),
  ]
}
