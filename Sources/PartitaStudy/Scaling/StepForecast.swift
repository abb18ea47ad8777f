public import PartitaSchedule
public import PartitaSimulator

/// What is known of a step before it runs.
public struct StepForecast: Sendable {
  /// The simulator's answer.
  public let prediction: Prediction
  /// The step as predicted.
  public let trace: Trace?
  /// Bytes of each rank's arena.
  public let arenaBytes: [Int]?

  /// A prediction, with what else is known of the step.
  public init(prediction: Prediction, trace: Trace? = nil, arenaBytes: [Int]? = nil) {
    self.prediction = prediction
    self.trace = trace
    self.arenaBytes = arenaBytes
  }
}
