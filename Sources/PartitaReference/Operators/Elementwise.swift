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
  func apply(_ x: Double) -> Double { element == .int32 ? x.rounded(.towardZero) : x }
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

extension ClipFactor: ElementwiseReference {
  func apply(_ squaredNorm: Double) -> Double { min(1, limit / (squaredNorm.squareRoot() + 1e-6)) }
}

/// An operator that is one function of two elements; a shared operand serves every sample.
protocol PairwiseReference: ReferenceOperator {
  func apply(_ x: Double, _ y: Double) -> Double
}

extension PairwiseReference {
  func evaluate(_ call: ReferenceCall) -> [Tensor] {
    let (x, y) = (call.inputs[0], call.inputs[1])
    var result = call.zeros()
    for i in result.elements.indices {
      result.elements[i] = apply(
        x.elements[i % x.elements.count], y.elements[i % y.elements.count])
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
