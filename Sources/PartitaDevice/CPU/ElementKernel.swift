internal import PartitaGraph

/// A C kernel over n floats, element by element; the result may be an operand.
enum ElementKernel {
  /// y = f(x).
  typealias Unary = (UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int) -> Void
  /// y = f(a, b).
  typealias Binary = (
    UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int
  ) -> Void

  case unary(Unary)
  case binary(Binary)

  /// Runs over `count` elements.
  /// - Parameter operand: where the operand with this number lies.
  func run(
    _ operand: (Int) -> UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    switch self {
    case .unary(let kernel): kernel(operand(0), result, count)
    case .binary(let kernel): kernel(operand(0), operand(1), result, count)
    }
  }

  /// The kernel over all elements of operands of one shape.
  /// - Throws: `DeviceError.unsupported` for operands that aren't floats.
  func prepared(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    try call.expectFloats()
    let count = call.count(call.outputs[0])
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        self.run(
          { UnsafePointer(run.floats(operands.inputs[$0])) }, run.floats(operands.outputs[0]), count
        )
      }
    }
  }
}

/// An operator of which an element of the result depends on the operands' elements at its place alone,
/// at least where their shapes are one.
protocol ElementwiseOperator: CPUOperator {
  /// Its kernel.
  var elementKernel: ElementKernel { get }
}

extension ElementwiseOperator {
  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    try prepareElements(call)
  }

  /// The kernel over operands of one shape.
  func prepareElements(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    try elementKernel.prepared(call)
  }
}
