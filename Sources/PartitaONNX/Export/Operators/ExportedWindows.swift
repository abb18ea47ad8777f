internal import PartitaGraph

/// A window over an image, as ONNX's convolutions and poolings take it.
private struct WindowPlaces {
  let window: Window
  let kernel: RowsAndColumns
  /// Rows and columns that the last windows reach beyond the padding, where the places round up.
  let beyond: RowsAndColumns

  init(_ window: Window, kernel: RowsAndColumns, _ call: ExportCall) {
    let (image, places) = (call.inputTypes[0].shape, call.outputTypes[0].shape)
    func beyond(_ axis: Int, _ kernel: Int, _ stride: Int, _ padding: Int) -> Int {
      max(0, (places[axis] - 1) * stride + kernel - (image[axis] + padding))
    }
    self.window = window
    self.kernel = kernel
    self.beyond = RowsAndColumns(
      rows: beyond(
        1, kernel.rows, window.stride.rows, window.padding.top + window.padding.bottom),
      columns: beyond(
        2, kernel.columns, window.stride.columns, window.padding.left + window.padding.right))
  }

  /// The attributes of a node, with these cells around the image and those beyond them.
  func attributes(padding: Margins) -> [String: AttributeValue] {
    [
      "kernel_shape": .integers([kernel.rows, kernel.columns]),
      "strides": .integers([window.stride.rows, window.stride.columns]),
      // Rounding up has had several meanings, so it is said as padding.
      "pads": .integers([
        padding.top, padding.left, padding.bottom + beyond.rows, padding.right + beyond.columns,
      ]),
    ]
  }
}

extension Convolution: ExportableOperator {
  func export(_ call: ExportCall, to writer: inout GraphWriter) -> [String] {
    let weight = call.inputTypes[1].shape
    let (padding, dilation) = (window.padding, window.dilation)
    var attributes: [String: AttributeValue] = [
      "kernel_shape": .integers([weight[2], weight[3]]),
      "strides": .integers([window.stride.rows, window.stride.columns]),
      "pads": .integers([padding.top, padding.left, padding.bottom, padding.right]),
    ]
    if dilation != 1 { attributes["dilations"] = .integers([dilation.rows, dilation.columns]) }
    if groups != 1 { attributes["group"] = .integer(groups) }
    return [writer.add("Conv", call.inputs, attributes)]
  }
}

extension AveragePool: ExportableOperator {
  // Padding may count, what is beyond it never does.
  func export(_ call: ExportCall, to writer: inout GraphWriter) -> [String] {
    let places = WindowPlaces(window, kernel: kernel, call)
    let padding = window.padding
    guard countsPadding, padding != 0 else {
      return [writer.add("AveragePool", [call.input], places.attributes(padding: padding))]
    }
    guard places.beyond != 0 else {
      var attributes = places.attributes(padding: padding)
      attributes["count_include_pad"] = .integer(1)
      return [writer.add("AveragePool", [call.input], attributes)]
    }
    let ends = writer.integers([
      0, 0, padding.top, padding.left, 0, 0, padding.bottom, padding.right,
    ])
    let padded = writer.add("Pad", [call.input, ends])
    return [writer.add("AveragePool", [padded], places.attributes(padding: 0))]
  }
}

extension MaxPool: ExportableOperator {
  // Where the largest values stood is for the gradient.
  func export(_ call: ExportCall, to writer: inout GraphWriter) -> [String] {
    let places = WindowPlaces(window, kernel: kernel, call)
    return [writer.add("MaxPool", [call.input], places.attributes(padding: window.padding))]
  }
}
