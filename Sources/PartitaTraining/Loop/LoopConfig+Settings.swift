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
    optimizer.rule.settings(ofStep: step, set)
  }
}
