internal import PartitaGraph

// A protocol's conformances by another protocol can't be declared, so each of these says it.
extension ReLULayer: TorchLayer {}
extension SigmoidLayer: TorchLayer {}
extension TanhLayer: TorchLayer {}
extension GELULayer: TorchLayer {}

extension ActivationLayer {
  func torchModules(_ weights: TorchWeights) -> [String]? { [Self.function.torchModule] }
}

extension LinearLayer: TorchLayer {
  func torchModules(_ weights: TorchWeights) -> [String]? {
    guard let shape = weights.shape("weight", of: tied), shape.rank == 2 else { return nil }
    let end = bias ? "" : ", bias=False"
    return ["Linear(\(shape[1]), \(shape[0])\(end))"] + (activation.map { [$0.torchModule] } ?? [])
  }
}

extension ConvolutionLayer: TorchLayer {
  func torchModules(_ weights: TorchWeights) -> [String]? {
    guard let shape = weights.shape("weight"), shape.rank == 4 else { return nil }
    let end = bias ? "" : ", bias=False"
    return [
      "Conv2d(\(shape[1]), \(shape[0]), \(kernel), stride=\(stride), padding=\(padding)\(end))"
    ] + (activation.map { [$0.torchModule] } ?? [])
  }
}

extension MaxPoolLayer: TorchLayer {
  func torchModules(_ weights: TorchWeights) -> [String]? {
    ["MaxPool2d(\(kernel), stride=\(stride), padding=\(padding))"]
  }
}

extension AveragePoolLayer: TorchLayer {
  func torchModules(_ weights: TorchWeights) -> [String]? {
    ["AvgPool2d(\(kernel), stride=\(stride), padding=\(padding))"]
  }
}

extension EmbeddingLayer: TorchLayer {
  func torchModules(_ weights: TorchWeights) -> [String]? {
    weights.shape("weight").map { ["Embedding(\($0[0]), \($0[1]))"] }
  }
}

extension LayerNormLayer: TorchLayer {
  func torchModules(_ weights: TorchWeights) -> [String]? {
    weights.shape("weight").map { ["LayerNorm(\($0.last), eps=\(epsilon))"] }
  }
}

extension DropoutLayer: TorchLayer {
  func torchModules(_ weights: TorchWeights) -> [String]? { ["Dropout(\(rate))"] }
}

extension FlattenLayer: TorchLayer {
  func torchModules(_ weights: TorchWeights) -> [String]? { ["Flatten()"] }
}

extension ReshapeLayer: TorchLayer {
  func torchModules(_ weights: TorchWeights) -> [String]? {
    let extents = shape.map(String.init).joined(separator: ", ")
    return ["Flatten()", "Unflatten(1, (\(extents)\(shape.count == 1 ? "," : "")))"]
  }
}
