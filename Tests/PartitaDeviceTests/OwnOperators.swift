import PartitaDevice
import PartitaGraph

// Operators as another package would add them: by the public interface alone.

/// x·x, with a gradient rule and a kernel.
struct Square: Operator, CPUOperator {
  let name = "square"

  func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    guard inputs.count == 1, inputs[0].element == .float32 else {
      throw .operands(operator: name, layer: nil, problem: "it takes one operand of floats")
    }
    return inputs
  }

  func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError) -> [ValueID?] {
    guard let upstream = call.upstreamOfFirst else { return [nil] }
    let slope = try graph.append(Scale(2), call.inputs[0])
    return [try graph.append(Multiply(), slope, upstream)]
  }

  /// For the oracle: the device has the kernel.
  func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError) -> [ValueID]? {
    [try graph.append(Multiply(), inputs[0], inputs[0])]
  }

  func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    let count = call.count(call.outputs[0])
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        let (x, y) = (run.floats(operands.inputs[0]), run.floats(operands.outputs[0]))
        for index in 0..<count { y[index] = x[index] * x[index] }
      }
    }
  }
}

/// x·sigmoid(x), with neither: both come from what it decomposes into.
struct Swish: Operator {
  let name = "swish"

  func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try Sigmoid().outputTypes(for: inputs)
  }

  func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError) -> [ValueID]? {
    let gate = try graph.append(Sigmoid(), inputs[0])
    return [try graph.append(Multiply(), inputs[0], gate)]
  }
}

/// The sum over the samples of x·x, times a factor where there is one.
struct SquareTotal: Operator {
  let name = "square-total"
  var factor: Double?

  func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try SampleSum().outputTypes(for: inputs)
  }

  func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError) -> [ValueID]? {
    let square = try graph.append(Square(), inputs[0])
    let sum = try graph.append(SampleSum(), square)
    return [
      try factor.map { factor throws(GraphError) in try graph.append(Scale(factor), sum) } ?? sum
    ]
  }
}

/// An operator of which nothing is known but its type.
struct Riddle: Operator {
  let name = "riddle"

  func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] { inputs }
}
