internal import CKernels
internal import PartitaGraph

/// A walk over the axes of several arrays at once: the extents, outermost first, and for each array
/// how many elements lie between two neighbours along an axis, 0 where it is repeated.
///
/// Axes that lie in one piece in all arrays are made one, and those of extent 1 vanish; so few
/// remain, and the innermost is long.
struct StridedAxes {
  private(set) var extents: [Int] = []
  private(set) var steps: [[Int]]

  /// The axis of samples, where there is one, stays outermost.
  ///
  /// - Parameters:
  ///   - extents: the extents of the walk.
  ///   - steps: for each array its steps.
  init(_ extents: [Int], steps: [[Int]]) {
    self.steps = steps.map { _ in [] }
    for axis in extents.indices where extents[axis] != 1 {
      let inner = steps.map { $0[axis] }
      let isOnePiece = zip(self.steps, inner).allSatisfy { $0.last == $1 * extents[axis] }
      if let last = self.extents.last, isOnePiece {
        self.extents[self.extents.count - 1] = last * extents[axis]
        for array in inner.indices { self.steps[array][self.extents.count - 1] = inner[array] }
      } else {
        self.extents.append(extents[axis])
        for array in inner.indices { self.steps[array].append(inner[array]) }
      }
    }
    if self.extents.isEmpty {
      self.extents = [1]
      self.steps = steps.map { _ in [1] }
    }
  }

  var rank: Int32 { Int32(extents.count) }

  /// Refuses more axes than kernels walk over.
  func check(_ call: CPUCall) throws(DeviceError) {
    guard extents.count <= Int(PK_MAX_AXES) else {
      throw .unsupported(operator: "\(call.name) over \(extents.count) axes", device: "CPU")
    }
  }
}

extension CPUCall {
  /// The axes of a value with that of the samples in front, where anything is per-sample.
  func extents(_ type: ValueType) -> [Int] {
    [type.isPerSample ? samples : 1] + type.shape.extents
  }

  /// The steps of an operand along the axes of a result that it broadcasts to, samples in front.
  func steps(of type: ValueType, in shape: Shape) -> [Int] {
    [type.isPerSample ? type.shape.count : 0] + shape.strides(in: type.shape)
  }
}
