internal import PartitaGraph

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// An operator that is one function of one element.
protocol ElementwiseReference: ReferenceOperator {
  func apply(_ x: Double) -> Double
}

extension ElementwiseReference {
  func evaluate(_ call: ReferenceCall) -> [Tensor] {
    let x = call.inputs[0]
    return [Tensor(x.shape, samples: x.samples, x.elements.map(apply))]
  }
}

extension Exp: ElementwiseReference {
  func apply(_ x: Double) -> Double { exp(x) }
}

extension Erf: ElementwiseReference {
  func apply(_ x: Double) -> Double { erf(x) }
}

extension SquareRoot: ElementwiseReference {
  func apply(_ x: Double) -> Double { x.squareRoot() }
}

extension Reciprocal: ElementwiseReference {
  func apply(_ x: Double) -> Double { 1 / x }
}

extension AddConstant: ElementwiseReference {
  func apply(_ x: Double) -> Double { x + constant }
}

extension Scale: ElementwiseReference {
  func apply(_ x: Double) -> Double { factor * x }
}

extension Convert: ElementwiseReference {
  /// What is rounded to bfloat16 is rounded to float32 before, as a device's numbers are.
  func apply(_ x: Double) -> Double {
    switch element {
    case .int32: x.rounded(.towardZero)
    case .bfloat16: Double(BFloat16.rounded(Float(x)))
    case .float32, .float64: x
    }
  }
}

extension ReLU: ElementwiseReference {
  func apply(_ x: Double) -> Double { max(x, 0) }
}

extension Positive: ElementwiseReference {
  func apply(_ x: Double) -> Double { x > 0 ? 1 : 0 }
}

extension Sigmoid: ElementwiseReference {
  func apply(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
}

extension Tanh: ElementwiseReference {
  func apply(_ x: Double) -> Double { tanh(x) }
}

extension Pointwise: ElementwiseReference {
  func apply(_ x: Double) -> Double {
    switch function {
    case .leakyReLU(let slope): x > 0 ? x : slope * x
    case .elu(let alpha): x > 0 ? x : alpha * expm1(x)
    case .hardSigmoid(let alpha, let beta): min(max(alpha * x + beta, 0), 1)
    case .hardSwish: x * min(max(x / 6 + 0.5, 0), 1)
    case .silu: x / (1 + exp(-x))
    case .clip(let minimum, let maximum): min(max(x, minimum), maximum)
    case .softplus: max(x, 0) + log1p(exp(-abs(x)))
    }
  }
}

extension ClipFactor: ElementwiseReference {
  func apply(_ squaredNorm: Double) -> Double { min(1, limit / (squaredNorm.squareRoot() + 1e-6)) }
}

/// An operator that is one function of two elements; a shared operand serves every sample, and the
/// element of an axis of extent 1 all that it meets along it.
protocol PairwiseReference: ReferenceOperator {
  func apply(_ x: Double, _ y: Double) -> Double
}

extension PairwiseReference {
  func evaluate(_ call: ReferenceCall) -> [Tensor] {
    var result = call.zeros()
    let shape = result.shape
    let places = call.inputs.map { input in
      // A scalar meets every element, whatever its rank.
      let steps =
        input.shape.count == 1 ? shape.extents.map { _ in 0 } : shape.strides(in: input.shape)
      return (0..<shape.count).map { place in
        zip(shape.indices(of: place), steps).reduce(0) { $0 + $1.0 * $1.1 }
      }
    }
    for sample in 0..<call.entries {
      let starts = call.inputs.map { $0.start(ofSample: sample) }
      for place in 0..<shape.count {
        result.elements[result.start(ofSample: sample) + place] = apply(
          call.inputs[0].elements[starts[0] + places[0][place]],
          call.inputs[1].elements[starts[1] + places[1][place]])
      }
    }
    return [result]
  }
}

extension Add: PairwiseReference {
  func apply(_ x: Double, _ y: Double) -> Double { x + y }
}

extension Multiply: PairwiseReference {
  func apply(_ x: Double, _ y: Double) -> Double { x * y }
}

extension ScaleBy: PairwiseReference {
  func apply(_ x: Double, _ scalar: Double) -> Double { scalar * x }
}
