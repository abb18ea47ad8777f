internal import PartitaConfig

/// Where a run stands, beside its tensors; the same for every plan.
///
/// Random numbers have no state: each is keyed by seed, name, sample and step.
struct CheckpointState: Hashable, Codable, Sendable {
  static let fileName = "state.json"

  /// Steps done.
  let step: Int
  /// The epoch under way, counted from 1, and its batches that are done.
  let epoch, batch: Int
  /// The key of all random numbers and of the order of samples.
  let seed: UInt64
  /// The SHA-256 of the samples.
  let data: String?
  /// What the steps of the epoch have come to.
  let epochSums: EpochSums
  /// The best epoch, where epochs are judged.
  let best: BestEpoch?
  /// Every value of the configuration that the bits depend on.
  let configuration: [String: String]

  enum CodingKeys: String, CodingKey {
    case step, epoch, batch, seed, best, configuration
    case data = "data_sha256"
    case epochSums = "epoch_sums"
  }
}

extension TrainingConfig {
  /// The values that the bits of a run depend on: the plan and the folder are not among them.
  var bitsValues: [(path: String, text: String)] {
    values.filter { value in
      !["parallel.", "output."].contains { value.path.hasPrefix($0) }
        && value.path != "training.stop_after"
    }
  }
}
