internal import PartitaGraph

extension Pointwise: ExportableOperator {
  func export(_ call: ExportCall, to writer: inout GraphWriter) -> [String] {
    let x = call.input
    return switch function {
    case .leakyReLU(let slope): [writer.add("LeakyRelu", [x], ["alpha": .number(slope)])]
    case .elu(let alpha): [writer.add("Elu", [x], ["alpha": .number(alpha)])]
    case .hardSigmoid(let alpha, let beta):
      [writer.add("HardSigmoid", [x], ["alpha": .number(alpha), "beta": .number(beta)])]
    case .hardSwish: [writer.add("HardSwish", [x])]
    case .silu: [writer.add("Mul", [x, writer.add("Sigmoid", [x])])]
    case .softplus: [writer.add("Softplus", [x])]
    case .clip(let minimum, let maximum):
      [
        writer.add(
          "Clip", [x] + [minimum, maximum].map { $0.isFinite ? writer.number($0) : "" })
      ]
    }
  }
}
