package import PartitaKeys

/// How the loss of one sample is measured.
public enum LossKind: String, Hashable, Sendable, Encodable, CaseIterable {
  /// Softmax cross-entropy against class indices.
  case crossEntropy = "cross-entropy"
  /// The mean over a sample's outputs of (o - y)².
  case squaredError = "squared-error"
}

/// J = L + s: what training minimises (law 1).
///
/// L is the mean loss over the samples of the global batch; s = (λ/2)·Σ‖W‖² over the weights.
public struct Objective: Hashable, Sendable, Encodable {
  /// How L measures one sample.
  public let loss: LossKind
  /// λ; 0 leaves s out.
  public let weightDecay: Double
  /// Whether biases, norms and their like count in s too: parameters with one axis, and those that
  /// start the same everywhere.
  public let decaysBiases: Bool

  /// A weight decay of 0 appends no penalty at all: J is then L itself.
  public init(loss: LossKind, weightDecay: Double = 0, decaysBiases: Bool = false) {
    self.loss = loss
    self.weightDecay = weightDecay
    self.decaysBiases = decaysBiases
  }

  enum CodingKeys: String, CodingKey {
    case loss
    case weightDecay = "weight_decay"
    case decaysBiases = "decay_biases"
  }

  /// Whether a parameter is decayed: weights are, biases and scales of any shape only when asked.
  func decays(_ parameter: Value) -> Bool {
    if decaysBiases { return true }
    if case .parameter(.constant)? = parameter.role { return false }
    return parameter.type.shape.rank >= 2
  }
}

extension Objective {
  /// The keys of a configuration's `objective` section.
  package static let keys = [
    KeyDescription(
      "loss", oneOf: LossKind.self, standard: "`cross-entropy`",
      meaning: "softmax and cross-entropy; or the mean over a sample's outputs of (o - y)², y a "
        + "vector of zeros and a one"),
    KeyDescription(
      "weight_decay", type: "number from 0", standard: "0", meaning: "λ of s = (λ/2)·Σ‖W‖²"),
    KeyDescription(
      "decay_biases", type: "true or false", standard: "false",
      meaning: "whether biases, norms and scales are decayed too: parameters with one axis, and "
        + "those that start the same everywhere"),
  ]

  /// Reads the section.
  /// - Throws: `ConfigError` that points at the key.
  package init(_ section: ConfigSection) throws(ConfigError) {
    try section.allow(Self.keys.keyNames)
    loss = try section.value(CodingKeys.loss, .choice()) ?? .crossEntropy
    weightDecay = try section.value(CodingKeys.weightDecay, .number(.notNegative)) ?? 0
    decaysBiases = try section.value(CodingKeys.decaysBiases, .flag) ?? false
  }
}

/// The values that an objective adds to a graph.
struct ObjectiveValues {
  /// L.
  let loss: ValueID
  /// J.
  let objective: ValueID
  /// The number of right answers, where labels are classes.
  let correctCount: ValueID?
  /// What each sample counts in L.
  let sampleWeight: ValueID
}

extension Graph {
  /// Appends L of the network's outputs, in the layer that is open, and J.
  mutating func appendObjective(_ objective: Objective, on outputs: ValueID)
    throws(GraphError) -> ObjectiveValues
  {
    let shape = type(of: outputs).shape
    let weight = try variable("sampleWeight", .perSample([]), .sampleWeight)
    let perSample: ValueID
    var correctCount: ValueID?
    switch objective.loss {
    case .crossEntropy:
      guard shape.rank >= 1 else {
        throw .model(problem: "cross-entropy needs outputs with an axis of classes, not \(shape)")
      }
      let labels = Shape(Array(shape.extents.dropLast()))
      let label = try variable("label", .perSample(labels, .int32), .label)
      perSample = try append(SoftmaxCrossEntropy(), outputs, label)
      correctCount = try append(CorrectCount(), outputs, label)
    case .squaredError:
      let label = try variable("label", .perSample(shape), .label)
      perSample = try append(SquaredError(), outputs, label)
    }
    let loss = try append(WeightedMean(), perSample, weight)

    var penalties: [ValueID] = []
    if objective.weightDecay > 0 {
      let penalty = L2Penalty(weightDecay: objective.weightDecay)
      for parameter in parameters where objective.decays(self[parameter]) {
        let owner = owner(of: parameter)
        penalties.append(
          try inLayer(owner, backward: false) { (graph) throws(GraphError) in
            try graph.append(penalty, parameter)
          })
      }
    }
    let summands = penalties
    let total = try inLayer(nil, backward: false) { (graph) throws(GraphError) in
      summands.isEmpty
        ? loss
        : try graph.append(ScalarSum(), loss, try graph.appendAll(ScalarSum(), summands)[0])
    }
    return ObjectiveValues(
      loss: loss, objective: total, correctCount: correctCount, sampleWeight: weight)
  }

  /// The layer that owns a parameter or a running value: the first that reads it.
  package func owner(of weight: ValueID) -> Int? {
    nodes.first { $0.inputs.contains(weight) }?.layer
  }
}
