internal import PartitaKeys

/// The rule that turns gradients into new weights: the `optimizer` key and its companions.
public enum OptimizerConfig: Hashable, Sendable {
  /// Stochastic gradient descent. `momentum` defaults to 0, `nesterov` to false.
  case sgd(momentum: Double, nesterov: Bool)
  /// Adam with decay beside the gradient (Loshchilov, Hutter 2019). Defaults: 0.9, 0.999, 1e-8,
  /// 0.01, as in PyTorch.
  case adamw(beta1: Double, beta2: Double, epsilon: Double, decoupledWeightDecay: Double)

  enum Kind: String, CaseIterable {
    case sgd
    case adamw
  }

  enum CodingKeys: String, CodingKey {
    case optimizer
    case momentum
    case nesterov
    case beta1
    case beta2
    case epsilon
    case decoupledWeightDecay = "decoupled_weight_decay"
  }

  static func kind(in section: ConfigSection) throws(ConfigError) -> Kind {
    try section.value(CodingKeys.optimizer, .choice()) ?? .sgd
  }

  static func keys(of kind: Kind) -> [String] {
    let keys: [CodingKeys] =
      switch kind {
      case .sgd: [.optimizer, .momentum, .nesterov]
      case .adamw: [.optimizer, .beta1, .beta2, .epsilon, .decoupledWeightDecay]
      }
    return keys.map(\.stringValue)
  }

  init(_ kind: Kind, _ section: ConfigSection) throws(ConfigError) {
    func number(
      _ key: CodingKeys, _ range: NumberRange, default value: Double
    ) throws(ConfigError) -> Double {
      try section.value(key, .number(range)) ?? value
    }
    switch kind {
    case .sgd:
      let momentum = try number(.momentum, .rate, default: 0)
      let nesterov = try section.value(CodingKeys.nesterov, .flag) ?? false
      guard momentum > 0 || !nesterov else {
        throw section.conflict(
          CodingKeys.nesterov, "Nesterov's step needs training.momentum above 0")
      }
      self = .sgd(momentum: momentum, nesterov: nesterov)
    case .adamw:
      self = .adamw(
        beta1: try number(.beta1, .rate, default: 0.9),
        beta2: try number(.beta2, .rate, default: 0.999),
        epsilon: try number(.epsilon, .positive, default: 1e-8),
        decoupledWeightDecay: try number(.decoupledWeightDecay, .notNegative, default: 0.01))
    }
  }

  /// The learning rate where none is given.
  var usualLearningRate: Double {
    switch self {
    case .sgd: 0.1
    case .adamw: 0.001
    }
  }
}

extension OptimizerConfig: Encodable {
  /// Writes the keys that a configuration is read from.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .sgd(let momentum, let nesterov):
      try container.encode(Kind.sgd.rawValue, forKey: .optimizer)
      try container.encode(momentum, forKey: .momentum)
      try container.encode(nesterov, forKey: .nesterov)
    case .adamw(let beta1, let beta2, let epsilon, let decay):
      try container.encode(Kind.adamw.rawValue, forKey: .optimizer)
      try container.encode(beta1, forKey: .beta1)
      try container.encode(beta2, forKey: .beta2)
      try container.encode(epsilon, forKey: .epsilon)
      try container.encode(decay, forKey: .decoupledWeightDecay)
    }
  }
}
