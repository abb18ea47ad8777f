internal import PartitaGraph

extension LeakyReLULayer: TorchLayer {
  func torchModules(_ place: TorchPlace) -> [String]? { ["LeakyReLU(\(slope))"] }
}

extension ELULayer: TorchLayer {
  func torchModules(_ place: TorchPlace) -> [String]? { ["ELU(\(alpha))"] }
}

extension HardSigmoidLayer: TorchLayer {
  // PyTorch's has no measures.
  func torchModules(_ place: TorchPlace) -> [String]? {
    alpha == 1.0 / 6 && beta == 0.5 ? ["Hardsigmoid()"] : nil
  }
}

extension ClipLayer: TorchLayer {
  func torchModules(_ place: TorchPlace) -> [String]? {
    func python(_ bound: Double?, _ none: String) -> String { bound.map { "\($0)" } ?? none }
    return [
      "Hardtanh(\(python(minimum, "-float('inf')")), \(python(maximum, "float('inf')")))"
    ]
  }
}

extension PReLULayer: TorchLayer {
  // Of images PyTorch's weight has another shape.
  func torchModules(_ place: TorchPlace) -> [String]? {
    guard let weight = place.shape("weight"), weight.rank == 1, place.input.rank == 1 else {
      return nil
    }
    return ["PReLU(\(weight[0]))"]
  }
}

extension SoftmaxLayer: TorchLayer {
  func torchModules(_ place: TorchPlace) -> [String]? { ["Softmax(\(axis.map { $0 + 1 } ?? -1))"] }
}

extension LogSoftmaxLayer: TorchLayer {
  func torchModules(_ place: TorchPlace) -> [String]? {
    ["LogSoftmax(\(axis.map { $0 + 1 } ?? -1))"]
  }
}
