/// What a stage does with one microbatch.
public enum Phase: String, Hashable, Sendable, Codable, CaseIterable {
  /// Forward.
  case forward = "F"
  /// The whole backward pass, B = I + W.
  case backward = "B"
  /// The part of the backward pass that upstream stages wait for.
  case inputGradient = "I"
  /// The rest of the backward pass.
  case weightGradient = "W"
}

/// One stage's work on one microbatch; prints as `2F0`: stage 2, forward, microbatch 0.
public struct ComputeAction: Hashable, Sendable, Codable, CustomStringConvertible {
  /// The stage.
  public let stage: Int
  /// What it does.
  public let phase: Phase
  /// The microbatch, counted over the global batch.
  public let microbatch: Int

  /// Makes an action.
  public init(stage: Int, _ phase: Phase, microbatch: Int) {
    self.stage = stage
    self.phase = phase
    self.microbatch = microbatch
  }

  public var description: String { "\(stage)\(phase.rawValue)\(microbatch)" }
}
