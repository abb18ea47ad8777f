public import PartitaTraining

/// What a run left behind, to be compared with another run of the same configuration.
public struct RunRecord: Sendable {
  /// The lines of its steps: equal where the bits are.
  public let steps: [String]
  /// The lines of its epochs.
  public let epochs: [String]
  /// The weights.
  public let weights: [NamedTensor]

  /// Keeps what matters of a run's standard output, and its weights.
  public init(output: String, weights: [NamedTensor]) {
    self.init(events: RunEvent.all(in: output), weights: weights)
  }

  /// Keeps what matters of a run's events, and its weights.
  package init(events: [RunEvent], weights: [NamedTensor]) {
    steps = events.filter { $0.kind == .step }.map { "\($0.json)" }
    epochs = events.filter { $0.kind == .epoch }.map { "\($0.json)" }
    self.weights = weights
  }

  /// The SHA-256 of the weights.
  public var digest: String { weightsDigest(weights) }

  /// The first thing that differs from another run, nil where all bits are equal.
  public func firstDifference(from other: RunRecord) -> String? {
    for (index, (mine, theirs)) in zip(steps, other.steps).enumerated() where mine != theirs {
      return "loss at step \(index + 1)"
    }
    if steps.count != other.steps.count {
      return "\(steps.count) steps instead of \(other.steps.count)"
    }
    if epochs != other.epochs { return "test loss" }
    for (mine, theirs) in zip(weights, other.weights) where !mine.hasBits(of: theirs) {
      return "weights of \(theirs.name)"
    }
    return weights.count == other.weights.count ? nil : "\(weights.count) tensors"
  }
}

extension NamedTensor {
  /// Whether name, shape and the bits of all values are the same: unlike `==`, which takes -0 for 0
  /// and no NaN for another.
  fileprivate func hasBits(of other: NamedTensor) -> Bool {
    name == other.name && shape == other.shape
      && zip(values, other.values).allSatisfy { $0.bitPattern == $1.bitPattern }
  }
}
