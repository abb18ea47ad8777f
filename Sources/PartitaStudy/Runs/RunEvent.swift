public import PartitaFiles
public import PartitaTraining

/// A line that a run says of itself, in its metrics and on its standard output: what a step, an
/// epoch or the whole came to, without times, so that equal runs say equal lines.
public struct RunEvent: Sendable, Decodable {
  /// What has ended.
  public enum Kind: String, Sendable, Codable {
    case step
    case epoch
    case end
  }

  /// What has ended.
  public let kind: Kind
  /// The step or the epoch, counted from 1, or the steps of the run.
  public let step, epoch, steps: Int?
  /// L and J at the step's start, and the norm of all gradients where they are clipped.
  public let loss, objective, gradientNorm: Double?
  /// L and the share of right answers over an epoch's steps.
  public let trainLoss, trainAccuracy: Double?
  /// L and the share of right answers over the test set.
  public let testLoss, testAccuracy: Double?
  /// The same over the validation samples, where epochs are judged.
  public let validationLoss, validationAccuracy: Double?
  /// The SHA-256 of the weights' values, at the end, and that of the file that they are in.
  public let weightsSHA256, fileSHA256: String?

  private enum CodingKeys: String, CodingKey {
    case kind = "event"
    case step, epoch, steps, loss, objective
    case gradientNorm = "gradient_norm"
    case trainLoss = "train_loss"
    case trainAccuracy = "train_accuracy"
    case validationLoss = "validation_loss"
    case validationAccuracy = "validation_accuracy"
    case testLoss = "test_loss"
    case testAccuracy = "test_accuracy"
    case weightsSHA256 = "weights_sha256"
    case fileSHA256 = "file_sha256"
  }

  private init(
    _ kind: Kind, step: Int? = nil, epoch: Int? = nil, steps: Int? = nil, loss: Double? = nil,
    objective: Double? = nil, gradientNorm: Double? = nil, trainLoss: Double? = nil,
    trainAccuracy: Double? = nil, validationLoss: Double? = nil,
    validationAccuracy: Double? = nil, testLoss: Double? = nil, testAccuracy: Double? = nil,
    weightsSHA256: String? = nil, fileSHA256: String? = nil
  ) {
    self.kind = kind
    self.step = step
    self.epoch = epoch
    self.steps = steps
    self.loss = loss
    self.objective = objective
    self.gradientNorm = gradientNorm
    self.trainLoss = trainLoss
    self.trainAccuracy = trainAccuracy
    self.validationLoss = validationLoss
    self.validationAccuracy = validationAccuracy
    self.testLoss = testLoss
    self.testAccuracy = testAccuracy
    self.weightsSHA256 = weightsSHA256
    self.fileSHA256 = fileSHA256
  }

  /// What a step came to.
  public init(_ step: StepRecord) {
    self.init(
      .step, step: step.step, loss: step.loss, objective: step.objective,
      gradientNorm: step.gradientNorm)
  }

  /// What an epoch came to.
  public init(_ epoch: EpochRecord) {
    self.init(
      .epoch, epoch: epoch.epoch, trainLoss: epoch.trainLoss, trainAccuracy: epoch.trainAccuracy,
      validationLoss: epoch.validationLoss, validationAccuracy: epoch.validationAccuracy,
      testLoss: epoch.testLoss, testAccuracy: epoch.testAccuracy)
  }

  /// What the run came to.
  public init(_ end: EndRecord, weightsSHA256: String, fileSHA256: String? = nil) {
    self.init(
      .end, steps: end.steps, loss: end.loss, testLoss: end.testLoss,
      testAccuracy: end.testAccuracy, weightsSHA256: weightsSHA256,
      fileSHA256: fileSHA256)
  }

  /// Whether a line of a run's metrics stays true when the run goes on after a step: what it says of
  /// later steps and epochs is said again.
  public static func isKept(_ line: [UInt8], afterStep step: Int, stepsOfEpoch: Int) -> Bool {
    guard let event = try? JSON.value(RunEvent.self, from: line, allowsWords: true) else {
      return (try? JSON.value(Marker.self, from: line))?.isKept(afterStep: step) ?? false
    }
    switch event.kind {
    case .step: return event.step.map { $0 <= step } ?? false
    case .epoch: return event.epoch.map { $0 * stepsOfEpoch <= step } ?? false
    case .end: return false
    }
  }

  /// A line that says that the run has begun, or gone on.
  private struct Marker: Decodable {
    let event: String
    let step: Int?

    func isKept(afterStep step: Int) -> Bool {
      event == "begin" || event == "resume" && self.step.map { $0 <= step } ?? false
    }
  }

  /// Which of a run's lines an event is: no two have the same.
  public struct Place: Hashable, Sendable {
    /// What has ended.
    public let kind: Kind
    /// The step or the epoch; nil at the end.
    public let number: Int?
  }

  /// Which of a run's lines it is.
  public var place: Place { Place(kind: kind, number: step ?? epoch) }

  /// The events among the lines of an output.
  public static func all(in output: String) -> [RunEvent] {
    output.split(separator: "\n").compactMap {
      try? JSON.value(RunEvent.self, from: $0.utf8, allowsWords: true)
    }
  }

  /// The event as it is written: numbers have all their digits, so lines are equal where the bits
  /// are.
  public var json: JSON { JSON(members: members) }

  /// What is known, in the order in which it is written.
  public var members: [(String, JSON)] {
    let values: [(CodingKeys, JSON?)] = [
      (.kind, .string(kind.rawValue)), (.step, step.map(JSON.integer)),
      (.epoch, epoch.map(JSON.integer)), (.steps, steps.map(JSON.integer)),
      (.loss, loss.map(JSON.number)), (.objective, objective.map(JSON.number)),
      (.gradientNorm, gradientNorm.map(JSON.number)), (.trainLoss, trainLoss.map(JSON.number)),
      (.trainAccuracy, trainAccuracy.map(JSON.number)),
      (.validationLoss, validationLoss.map(JSON.number)),
      (.validationAccuracy, validationAccuracy.map(JSON.number)),
      (.testLoss, testLoss.map(JSON.number)),
      (.testAccuracy, testAccuracy.map(JSON.number)),
      (.weightsSHA256, weightsSHA256.map(JSON.string)),
      (.fileSHA256, fileSHA256.map(JSON.string)),
    ]
    return values.compactMap { key, value in value.map { (key.stringValue, $0) } }
  }
}
