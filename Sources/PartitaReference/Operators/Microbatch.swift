internal import PartitaGraph

extension SampleMean: ReferenceOperator {
  func evaluate(_ call: ReferenceCall) -> [Tensor] {
    let x = call.inputs[0]
    var mean = Array(repeating: 0.0, count: x.shape.count)
    for (i, element) in x.elements.enumerated() {
      mean[i % mean.count] += element / Double(call.samples)
    }
    let entries = (0..<call.samples).flatMap { _ in mean }
    return [Tensor(call.types[0].shape, samples: call.samples, entries)]
  }
}

extension RunningShare: ReferenceOperator {
  func evaluate(_ call: ReferenceCall) -> [Tensor] {
    let (statistic, weight) = (call.inputs[0], call.inputs[1])
    var result = call.zeros()
    for (i, element) in statistic.elements.enumerated() {
      let (sample, channel) = i.quotientAndRemainder(dividingBy: result.elements.count)
      result.elements[channel] += element * weight.elements[sample]
    }
    let factor = factor(samples: call.samples)
    result.elements = result.elements.map { $0 * factor }
    return [result]
  }
}
