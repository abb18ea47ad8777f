internal import PartitaGraph

/// An operator that is one node of ONNX's with the same operands and no attributes.
protocol NamesakeOperator: ExportableOperator {
  /// What ONNX calls it.
  var counterpart: String { get }
}

extension NamesakeOperator {
  func export(_ call: ExportCall, to writer: inout GraphWriter) -> [String] {
    [writer.add(counterpart, call.inputs)]
  }
}

extension Add: ExportableOperator {
  func export(_ call: ExportCall, to writer: inout GraphWriter) -> [String] {
    [writer.add("Add", call.aligned(in: &writer))]
  }
}

extension Multiply: ExportableOperator {
  func export(_ call: ExportCall, to writer: inout GraphWriter) -> [String] {
    [writer.add("Mul", call.aligned(in: &writer))]
  }
}

extension ExportCall {
  /// The operands as ONNX broadcasts them, by their last axes: samples stay in front where an entry has
  /// fewer axes than the result's.
  fileprivate func aligned(in writer: inout GraphWriter) -> [String] {
    let rank = outputTypes[0].shape.rank
    var names: [String] = []
    for (name, type) in zip(inputs, inputTypes) {
      let missing = rank - type.shape.rank
      if type.isPerSample, missing > 0 {
        names.append(writer.add("Unsqueeze", [name, writer.integers(Array(1...missing))]))
      } else {
        names.append(name)
      }
    }
    return names
  }
}

extension ReLU: NamesakeOperator { var counterpart: String { "Relu" } }
extension Sigmoid: NamesakeOperator { var counterpart: String { "Sigmoid" } }
extension Tanh: NamesakeOperator { var counterpart: String { "Tanh" } }
extension Exp: NamesakeOperator { var counterpart: String { "Exp" } }
extension Erf: NamesakeOperator { var counterpart: String { "Erf" } }
extension SquareRoot: NamesakeOperator { var counterpart: String { "Sqrt" } }
extension Reciprocal: NamesakeOperator { var counterpart: String { "Reciprocal" } }

extension Scale: ExportableOperator {
  func export(_ call: ExportCall, to writer: inout GraphWriter) -> [String] {
    [writer.add("Mul", [call.input, writer.number(factor)])]
  }
}

extension AddConstant: ExportableOperator {
  func export(_ call: ExportCall, to writer: inout GraphWriter) -> [String] {
    [writer.add("Add", [call.input, writer.number(constant)])]
  }
}

extension Constant: ExportableOperator {
  func export(_ call: ExportCall, to writer: inout GraphWriter) -> [String] {
    let tensor = ConstantTensor(.float32, type.shape.extents, .same(value))
    let extents = type.shape.extents.map { "_\($0)" }.joined()
    return [writer.constant(named: "number_\(value)\(extents)", tensor)]
  }
}

extension GELU: ExportableOperator {
  // The order in which runtimes know the pattern: 0.5·(x·(1 + erf(x / √2))). Gelu itself came with
  // version 20.
  func export(_ call: ExportCall, to writer: inout GraphWriter) -> [String] {
    let x = call.input
    let argument = writer.add("Div", [x, writer.number(2.0.squareRoot())])
    let one = writer.add("Add", [writer.add("Erf", [argument]), writer.number(1)])
    return [writer.add("Mul", [writer.add("Mul", [x, one]), writer.number(0.5)])]
  }
}
