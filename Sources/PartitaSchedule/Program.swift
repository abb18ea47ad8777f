public import PartitaGraph
public import PartitaPlan

/// What every rank does in one step, communication included: a plan and a schedule, lowered.
///
/// A program is data. The runtime performs it; nothing else decides what a rank does.
public struct Program: Sendable {
  /// Who holds which layers.
  public let plan: Plan
  /// The samples of each microbatch of the global batch; 0 where a ragged batch leaves none.
  public let microbatchSizes: [Int]
  /// The stages and what passes between them.
  public let staged: StagedModel
  /// Every message of a step; its index is its tag.
  public let messages: [ProgramMessage]
  /// What each rank does.
  public let ranks: [RankProgram]
  /// How each stage's gradients are reduced.
  public let reductions: [Reduction]
  /// Where each stage's gradients lie.
  public let layouts: [GradientLayout]

  /// The gradient groups that have samples in this program.
  public var filledGroups: Set<Int> {
    Set(microbatchSizes.indices.filter { microbatchSizes[$0] > 0 }.map(plan.group(ofMicrobatch:)))
  }
}

/// One message of a step.
public struct ProgramMessage: Hashable, Sendable {
  /// What a message carries.
  public enum Content: Hashable, Sendable {
    /// The value of an edge, for one microbatch or for the step.
    case edge(Int, microbatch: Int?)
    /// A replica's partial sum: the part of a bucket that the receiver adds up.
    case partial(stage: Int, bucket: Int, partial: Int, chunk: Int)
    /// The finished part of a bucket.
    case sum(stage: Int, bucket: Int, chunk: Int)
  }

  /// What it carries.
  public let content: Content
  /// The sending rank.
  public let from: Int
  /// The receiving rank.
  public let to: Int

  /// Makes a message.
  public init(content: Content, from: Int, to: Int) {
    self.content = content
    self.from = from
    self.to = to
  }
}

/// What one rank does in a step.
public struct RankProgram: Sendable {
  /// The stage that the rank holds.
  public let stage: Int
  /// Which copy of it.
  public let replica: Int
  /// The actions, in order.
  public let actions: [Action]
  /// Where each microbatch's values are kept.
  public let buffers: BufferPlan
}

/// One entry of a rank's program.
public enum Action: Hashable, Sendable, CustomStringConvertible {
  /// A stage's work on a microbatch; waits for what it reads.
  case compute(ComputeAction)
  /// Starts to receive what another stage sends; the reader waits for it.
  case receive(Transfer)
  /// Starts to send what the action before has made; whoever overwrites it waits for it.
  case send(Transfer)
  /// Adds up one bucket of a stage's gradients over the rank's own groups, and starts to trade
  /// partial sums with the other replicas.
  case reduce(stage: Int, bucket: Int)
  /// Adds up the rank's part of a bucket over the replicas, and starts to trade the sums.
  case combine(stage: Int, bucket: Int)
  /// Computes the update as far as it needs no other stage's scalars.
  case update(stage: Int)
  /// Lets every rank know every scalar: the losses, the norms.
  case exchange
  /// Computes the scalars of the whole objective, and the rest of the update.
  case finish(stage: Int)

  public var description: String {
    switch self {
    case .compute(let action): "\(action)"
    case .receive(let transfer):
      "\(transfer.to)RECV_\(transfer.label)<\(transfer.from)"
    case .send(let transfer):
      "\(transfer.from)SEND_\(transfer.label)>\(transfer.to)"
    case .reduce(let stage, let bucket): "\(stage)REDUCE\(bucket)"
    case .combine(let stage, let bucket): "\(stage)COMBINE\(bucket)"
    case .update(let stage): "\(stage)UPDATE"
    case .exchange: "EXCHANGE"
    case .finish(let stage): "\(stage)FINISH"
    }
  }
}

/// All that one stage sends another at one point: a message for each value.
public struct Transfer: Hashable, Sendable {
  /// What travels.
  public let kind: Edge.Kind
  /// The sending stage.
  public let from: Int
  /// The receiving stage.
  public let to: Int
  /// The microbatch; nil for what travels once a step.
  public let microbatch: Int?
  /// Indices into `Program.messages`.
  public let messages: [Int]

  /// As `F3` for microbatch 3's activations, `B3` for its gradients.
  var label: String {
    switch kind {
    case .activation: "F\(microbatch ?? 0)"
    case .gradient: "B\(microbatch ?? 0)"
    case .contribution: "TIED_GRAD"
    case .parameter: "TIED_WEIGHT"
    }
  }
}
