internal import PartitaConfig
internal import PartitaGraph

extension LoopConfig {
  /// Hands over the numbers that the update of a step reads.
  ///
  /// - Parameters:
  ///   - step: the step, counted from 1.
  ///   - stepCount: the steps of the run.
  func withSettings(
    step: Int, of stepCount: Int, _ set: (_ setting: Setting, _ number: Double) -> Void
  ) {
    set(.learningRate, learningRate.rate(atStep: step, of: stepCount))
    if case .adamw(let beta1, let beta2, _, _) = optimizer {
      set(.firstMomentCorrection, 1 / (1 - power(beta1, step)))
      set(.secondMomentCorrection, 1 / (1 - power(beta2, step)))
    }
  }

  /// base to the power of a whole number, by squaring.
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
