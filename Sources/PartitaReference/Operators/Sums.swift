internal import PartitaGraph

extension Sum: ReferenceOperator {
  func evaluate(_ call: ReferenceCall) -> [Tensor] {
    let x = call.inputs[0]
    var result = call.zeros()
    for offset in 0..<x.shape.count {
      let kept = x.shape.indices(of: offset).enumerated().filter { !axes.contains($0.offset) }
      let place = result.shape.offset(of: kept.map(\.element))
      for sample in 0..<call.entries {
        result.elements[result.start(ofSample: sample) + place] +=
          x.elements[x.start(ofSample: sample) + offset]
      }
    }
    return [result]
  }
}

extension SampleSum: ReferenceOperator {
  func evaluate(_ call: ReferenceCall) -> [Tensor] {
    var result = call.zeros()
    for (i, element) in call.inputs[0].elements.enumerated() {
      result.elements[i % result.elements.count] += element
    }
    return [result]
  }
}

extension WeightedMean: ReferenceOperator {
  func evaluate(_ call: ReferenceCall) -> [Tensor] {
    let products = zip(call.inputs[0].elements, call.inputs[1].elements).map(*)
    return [Tensor(products.reduce(0, +))]
  }
}

extension ScalarSum: ReferenceOperator {
  func evaluate(_ call: ReferenceCall) -> [Tensor] {
    [Tensor(call.inputs.flatMap(\.elements).reduce(0, +))]
  }
}

extension SquaredNorm: ReferenceOperator {
  func evaluate(_ call: ReferenceCall) -> [Tensor] {
    [Tensor(call.inputs[0].elements.reduce(0) { $0 + $1 * $1 })]
  }
}

extension BlockSquares: ReferenceOperator {
  func evaluate(_ call: ReferenceCall) -> [Tensor] {
    var result = call.zeros()
    for (i, element) in call.inputs[0].elements.enumerated() {
      result.elements[i / SquaredNorm.blockSize] += element * element
    }
    return [result]
  }
}

extension Bias: ReferenceOperator {
  func evaluate(_ call: ReferenceCall) -> [Tensor] {
    let (shape, bias) = (call.types[0].shape, call.inputs[1].elements)
    let run = axis == .last ? 1 : shape.count / max(bias.count, 1)
    var result = call.inputs[0]
    for i in result.elements.indices { result.elements[i] += bias[i / run % bias.count] }
    return [result]
  }
}
