public import PartitaSchedule

/// What one microbatch costs on one stage.
public struct StageCosts: Hashable, Sendable, Codable {
  /// Seconds of F, I and W; B takes as long as I and W, R as F.
  public let forward, inputGradient, weightGradient: Double
  /// Bytes that are kept from the start of F to the end of B or W.
  public let stashBytes: Int

  /// Costs in seconds and bytes of one microbatch; none is negative.
  public init(
    forward: Double, inputGradient: Double, weightGradient: Double, stashBytes: Int
  ) {
    self.forward = forward
    self.inputGradient = inputGradient
    self.weightGradient = weightGradient
    self.stashBytes = stashBytes
  }

  /// Seconds of an action.
  public func seconds(_ phase: Phase) -> Double {
    switch phase {
    case .forward, .recompute: forward
    case .backward: inputGradient + weightGradient
    case .inputGradient: inputGradient
    case .weightGradient: weightGradient
    }
  }
}

/// What a step costs: each stage's work on a microbatch, and the way between ranks.
public struct ScheduleCosts: Hashable, Sendable, Codable {
  /// Each stage's costs.
  public let stages: [StageCosts]
  /// Seconds from the end of an action to where another rank can use what it made.
  public let communication: Double

  /// Costs of a step whose messages occupy nobody.
  public init(stages: [StageCosts], communication: Double = 0) {
    self.stages = stages
    self.communication = communication
  }
}
