internal import PartitaGraph

extension Window {
  /// The attributes that ONNX's convolutions and poolings share.
  fileprivate func attributes(kernel: [Int]) -> [String: AttributeValue] {
    [
      "kernel_shape": .integers(kernel), "strides": .integers([stride, stride]),
      "pads": .integers(Array(repeating: padding, count: 4)),
    ]
  }
}

extension Convolution: ExportableOperator {
  func export(_ call: ExportCall, to writer: inout GraphWriter) -> [String] {
    let kernel = Array(call.inputTypes[1].shape.extents.suffix(2))
    return [writer.add("Conv", call.inputs, window.attributes(kernel: kernel))]
  }
}

extension AveragePool: ExportableOperator {
  func export(_ call: ExportCall, to writer: inout GraphWriter) -> [String] {
    var attributes = window.attributes(kernel: [kernel, kernel])
    attributes["count_include_pad"] = .integer(1)
    return [writer.add("AveragePool", [call.input], attributes)]
  }
}

extension MaxPool: ExportableOperator {
  // Where the largest values stood is for the gradient.
  func export(_ call: ExportCall, to writer: inout GraphWriter) -> [String] {
    [writer.add("MaxPool", [call.input], window.attributes(kernel: [kernel, kernel]))]
  }
}
