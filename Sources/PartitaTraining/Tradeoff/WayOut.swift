public import PartitaConfig
internal import PartitaPlan
internal import PartitaSchedule
internal import PartitaSimulator
internal import PartitaStepPlanner

/// A way to train a network whose step is too large for one device, and what it comes to.
public struct WayOut: Sendable {
  /// What is done.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Nothing: one device takes all.
    case whole = "as it is"
    /// Fewer samples for each update.
    case smallerBatch = "smaller minibatch"
    /// The same, and the learning rate becomes smaller with the batch.
    case scaledRate = "smaller minibatch, rate scaled"
    /// The batch in more pieces, one update for all of them.
    case accumulation
    /// Values of the forward pass are computed again.
    case recomputation
    /// Copies of the network, each with its part of the batch.
    case data = "data parallel"
    /// Stages, one after the other.
    case pipeline
    /// Stages, copies, pieces and recomputation as the planner likes; a smaller batch where none fits.
    case mixture
  }

  /// What is done.
  public let kind: Kind
  /// The run that is trained.
  public let config: TrainingConfig
  /// The devices that it is planned for.
  public let ranks: Int
  /// The plan; nil where there is none within the memory.
  public let planned: RunPlanning.Planned?
  /// Why there is no plan.
  public let refusal: String?
  /// Whether every rank has room.
  public let fits: Bool

  init(
    _ kind: Kind, _ config: TrainingConfig, ranks: Int, _ planned: RunPlanning.Planned,
    fits: Bool = true
  ) {
    self.kind = kind
    self.config = config
    self.ranks = ranks
    self.planned = planned
    self.fits = fits
    refusal = nil
  }

  init(_ kind: Kind, _ config: TrainingConfig, ranks: Int, refusal: any Error) {
    self.kind = kind
    self.config = config
    self.ranks = ranks
    self.refusal = "\(refusal)"
    planned = nil
    fits = false
  }

  /// Samples of an update.
  public var batch: Int { config.training.batch }
  /// Pieces of a batch.
  public var microbatches: Int {
    planned?.document.origin.microbatchSizes.count ?? config.training.microbatches
  }
  /// Bytes of the arena of the rank that needs most.
  public var bytes: Int? { planned?.plan.bytes.max() }
  /// Bytes that all ranks send in a step.
  public var sentBytes: Int? {
    planned.map { planned in
      planned.plan.program.messages.reduce(0) { $0 + planned.plan.program.bytes(of: $1) }
    }
  }
}
