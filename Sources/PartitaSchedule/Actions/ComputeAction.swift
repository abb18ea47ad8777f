/// What a stage does with one microbatch.
public enum Phase: String, Hashable, Sendable, Codable, CaseIterable {
  /// Forward.
  case forward = "F"
  /// Forward again, of what backward reads and forward didn't keep.
  case recompute = "R"
  /// The whole backward pass, B = I + W.
  case backward = "B"
  /// The part of the backward pass that upstream stages wait for.
  case inputGradient = "I"
  /// The rest of the backward pass.
  case weightGradient = "W"

  /// Whether the stages upstream wait for what it makes: B or I.
  public var sendsGradients: Bool { self == .backward || self == .inputGradient }
  /// Whether a microbatch's work on a stage ends with it: B or W.
  public var endsMicrobatch: Bool { self == .backward || self == .weightGradient }
}

/// One stage's work on one microbatch; prints as `2F0`: stage 2, forward, microbatch 0.
///
/// Stored in 12 bytes, for a program may have millions.
public struct ComputeAction: Hashable, Sendable, CustomStringConvertible {
  private let stageNumber: Int32
  private let microbatchNumber: Int32
  /// What it does.
  public let phase: Phase

  /// An action of a stage on a microbatch of the global batch; neither is above `Int32.max`.
  public init(stage: Int, _ phase: Phase, microbatch: Int) {
    stageNumber = Int32(stage)
    microbatchNumber = Int32(microbatch)
    self.phase = phase
  }

  /// The stage.
  public var stage: Int { Int(stageNumber) }
  /// The microbatch, counted over the global batch.
  public var microbatch: Int { Int(microbatchNumber) }

  public var description: String { "\(stage)\(phase.rawValue)\(microbatch)" }
}

extension ComputeAction {
  /// Reads an action as it prints; nil for any other word.
  public init?(_ word: some StringProtocol) {
    guard let place = word.firstIndex(where: { !$0.isNumber }),
      let phase = Phase(rawValue: String(word[place])),
      let stage = Int32(word[..<place]), stage < .max,
      word[place...].dropFirst().allSatisfy(\.isNumber),
      let microbatch = Int32(word[place...].dropFirst()), microbatch < .max
    else { return nil }
    self.init(stage: Int(stage), phase, microbatch: Int(microbatch))
  }
}
