internal import PartitaGraph

// A protocol's conformances to another protocol can't be declared, so each of these says it.
extension ReLULayer: TorchLayer {}
extension SigmoidLayer: TorchLayer {}
extension TanhLayer: TorchLayer {}
extension GELULayer: TorchLayer {}
extension SiLULayer: TorchLayer {}
extension HardSwishLayer: TorchLayer {}
extension SoftplusLayer: TorchLayer {}

extension ActivationLayer {
  func torchModules(_ place: TorchPlace) -> [String]? { [Self.function.torchModule] }
}

extension Activation {
  /// The module.
  fileprivate var torchModule: String {
    switch self {
    case .relu: "ReLU()"
    case .sigmoid: "Sigmoid()"
    case .tanh: "Tanh()"
    case .gelu: "GELU()"
    case .silu: "SiLU()"
    case .hardSwish: "Hardswish()"
    case .softplus: "Softplus()"
    }
  }
}

extension LinearLayer: TorchLayer {
  func torchModules(_ place: TorchPlace) -> [String]? {
    guard let shape = place.shape("weight", of: tied), shape.rank == 2 else { return nil }
    let end = bias ? "" : ", bias=False"
    return ["Linear(\(shape[1]), \(shape[0])\(end))"] + (activation.map { [$0.torchModule] } ?? [])
  }
}

extension ConvolutionLayer: TorchLayer {
  func torchModules(_ place: TorchPlace) -> [String]? {
    guard let shape = place.shape("weight"), shape.rank == 4, let padding = window.padding.sides
    else { return nil }
    var words = "Conv2d(\(place.input.extents.first ?? 0), \(shape[0]), \(kernel.python)"
    words += ", stride=\(window.stride.python), padding=\(padding.python)"
    if window.dilation != 1 { words += ", dilation=\(window.dilation.python)" }
    if groups != 1 { words += ", groups=\(groups)" }
    if !bias { words += ", bias=False" }
    return ["\(words))"] + (activation.map { [$0.torchModule] } ?? [])
  }
}

extension BatchNormLayer: TorchLayer {
  func torchModules(_ place: TorchPlace) -> [String]? {
    guard let channels = place.shape("weight")?.last, (1...3).contains(place.input.rank) else {
      return nil
    }
    let axes = place.input.rank == 3 ? 2 : 1
    return ["BatchNorm\(axes)d(\(channels), eps=\(epsilon), momentum=\(momentum))"]
      + (activation.map { [$0.torchModule] } ?? [])
  }
}

extension MaxPoolLayer: TorchLayer {
  func torchModules(_ place: TorchPlace) -> [String]? {
    measures.python.map { ["MaxPool2d(\($0))"] }
  }
}

extension AveragePoolLayer: TorchLayer {
  func torchModules(_ place: TorchPlace) -> [String]? {
    let end = countsPadding ? "" : ", count_include_pad=False"
    return measures.python.map { ["AvgPool2d(\($0)\(end))"] }
  }
}

extension GlobalAveragePoolLayer: TorchLayer {
  func torchModules(_ place: TorchPlace) -> [String]? { ["AdaptiveAvgPool2d(1)", "Flatten()"] }
}

extension PoolingMeasures {
  /// The arguments of a module; nil for padding that PyTorch doesn't take.
  fileprivate var python: String? {
    guard let padding = window.padding.sides, 2 * padding.rows <= kernel.rows,
      2 * padding.columns <= kernel.columns
    else { return nil }
    return "\(kernel.python), stride=\(window.stride.python), padding=\(padding.python)"
      + (window.roundsUp ? ", ceil_mode=True" : "")
  }
}

extension RowsAndColumns {
  /// As an argument of a module.
  fileprivate var python: String { rows == columns ? "\(rows)" : "(\(rows), \(columns))" }
}

extension EmbeddingLayer: TorchLayer {
  func torchModules(_ place: TorchPlace) -> [String]? {
    place.shape("weight").map { ["Embedding(\($0[0]), \($0[1]))"] }
  }
}

extension LayerNormLayer: TorchLayer {
  func torchModules(_ place: TorchPlace) -> [String]? {
    place.shape("weight").map { shape in
      let extents = shape.extents.map(String.init).joined(separator: ", ")
      return ["LayerNorm(\(shape.rank == 1 ? extents : "(\(extents))"), eps=\(epsilon))"]
    }
  }
}

extension DropoutLayer: TorchLayer {
  func torchModules(_ place: TorchPlace) -> [String]? { ["Dropout(\(rate))"] }
}

extension FlattenLayer: TorchLayer {
  func torchModules(_ place: TorchPlace) -> [String]? { ["Flatten()"] }
}

extension ReshapeLayer: TorchLayer {
  func torchModules(_ place: TorchPlace) -> [String]? {
    let extents = shape.map(String.init).joined(separator: ", ")
    return ["Flatten()", "Unflatten(1, (\(extents)\(shape.count == 1 ? "," : "")))"]
  }
}
