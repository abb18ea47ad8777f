public import PartitaKeys

/// Adam with its decay apart from the gradient (Loshchilov and Hutter, arXiv 1711.05101); the usual
/// numbers are PyTorch's.
public struct AdamW: OptimizerRule {
  public static let name = "adamw"
  public static let summary = "Adam with decay beside the gradient"
  public static let usualLearningRate = 0.001

  public static let keys = [
    KeyDescription(
      "beta1", "beta2", type: "0 up to 1, without 1", standard: "0.9, 0.999",
      meaning: "the shares of the first and of the second moment that stay"),
    KeyDescription(
      "epsilon", type: "number above 0", standard: "1e-8",
      meaning: "added to the root of the second moment"),
    KeyDescription(
      "decoupled_weight_decay", type: "number from 0", standard: "0.01",
      meaning: "decay beside the gradient; of the same parameters that s counts"),
  ]

  /// The share of the first moment that stays.
  public let beta1: Double
  /// The share of the second moment that stays.
  public let beta2: Double
  /// What is added to the root of the second moment.
  public let epsilon: Double
  /// λ of W ← W - η·λ·W, of the parameters that the objective decays.
  public let weightDecay: Double

  enum CodingKeys: String, CodingKey {
    case beta1
    case beta2
    case epsilon
    case weightDecay = "decoupled_weight_decay"
  }

  /// Takes the numbers as they are: betas in 0..<1, epsilon above 0, no decay below 0.
  public init(
    beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0.01
  ) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  public init(_ section: ConfigSection) throws(ConfigError) {
    beta1 = try section.value(CodingKeys.beta1, .number(.rate)) ?? 0.9
    beta2 = try section.value(CodingKeys.beta2, .number(.rate)) ?? 0.999
    epsilon = try section.value(CodingKeys.epsilon, .number(.positive)) ?? 1e-8
    weightDecay = try section.value(CodingKeys.weightDecay, .number(.notNegative)) ?? 0.01
  }

  public func update(
    _ call: UpdateCall, in graph: inout Graph
  ) throws(GraphError) -> [Assignment] {
    let (parameter, gradient) = (call.parameter, call.gradient)
    let correction1 = try graph.setting(.firstMomentCorrection)
    let correction2 = try graph.setting(.secondMomentCorrection)
    let first = try graph.state("firstMoment", of: parameter)
    let second = try graph.state("secondMoment", of: parameter)
    let nextFirst = try graph.append(
      Add(), try graph.append(Scale(beta1), first), try graph.append(Scale(1 - beta1), gradient))
    let square = try graph.append(Multiply(), gradient, gradient)
    let nextSecond = try graph.append(
      Add(), try graph.append(Scale(beta2), second), try graph.append(Scale(1 - beta2), square))
    let deviation = try graph.append(
      SquareRoot(), try graph.append(ScaleBy(), nextSecond, correction2))
    let inverse = try graph.append(
      Reciprocal(), try graph.append(AddConstant(epsilon), deviation))
    let mean = try graph.append(ScaleBy(), nextFirst, correction1)
    var direction = try graph.append(Multiply(), mean, inverse)
    if call.isDecayed, weightDecay != 0 {
      direction = try graph.append(
        Add(), direction, try graph.append(Scale(weightDecay), parameter))
    }
    return [
      Assignment(variable: first, value: nextFirst),
      Assignment(variable: second, value: nextSecond),
      Assignment(
        variable: parameter,
        value: try graph.append(Descend(), parameter, direction, call.learningRate)),
    ]
  }

  public func settings(ofStep step: Int, _ set: (_ setting: Setting, _ number: Double) -> Void) {
    set(.firstMomentCorrection, 1 / (1 - power(beta1, step)))
    set(.secondMomentCorrection, 1 / (1 - power(beta2, step)))
  }

  /// base to the power of a whole number, by squaring: the same bits with any C library.
  private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, factor, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= factor }
      factor *= factor
      rest >>= 1
    }
    return result
  }
}

extension Setting {
  /// 1 / (1 - β1^t), the correction of Adam's first moment (arXiv 1412.6980, algorithm 1).
  public static let firstMomentCorrection = Setting("firstMomentCorrection")
  /// 1 / (1 - β2^t), the correction of Adam's second moment.
  public static let secondMomentCorrection = Setting("secondMomentCorrection")
}

extension OptimizerRule where Self == AdamW {
  /// Adam with its decay apart from the gradient.
  public static func adamW(
    beta1: Double, beta2: Double, epsilon: Double, weightDecay: Double
  ) -> AdamW {
    AdamW(beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay)
  }
}
