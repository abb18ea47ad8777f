/// What the steps of an epoch have come to so far, in the order of the steps: the same on every rank.
public struct EpochSums: Hashable, Codable, Sendable {
  /// Σ of a step's samples times its L.
  public private(set) var loss = 0.0
  /// The samples seen.
  public private(set) var samples = 0
  /// The right answers, where labels are classes.
  public private(set) var correct: Int?
  /// All answers.
  public private(set) var answers = 0

  /// No step yet.
  public init() {}

  /// Counts one step.
  package mutating func add(loss: Double, samples: Int, correctCount: Int?, answers: Int) {
    self.loss += loss * Double(samples)
    self.samples += samples
    if let correctCount { correct = (correct ?? 0) + correctCount }
    self.answers += answers
  }

  /// The mean of L over the samples; NaN before the first step.
  public var meanLoss: Double { loss / Double(samples) }

  /// The share of right answers, where labels are classes.
  public var accuracy: Double? { correct.map { Double($0) / Double(answers) } }
}
