public import PartitaGraph
public import PartitaPlan

/// What every rank does in one step, communication included: a schedule, lowered.
///
/// A program is data. The verifier proves it, the simulator predicts it, the runtime performs it;
/// nothing else decides what a rank does.
public struct Program: Hashable, Sendable {
  /// Who holds which layers.
  public let plan: Plan
  /// What passes between the stages.
  public let pipeline: Pipeline
  /// The samples of each microbatch of the global batch; 0 where a ragged batch leaves none.
  public let microbatchSizes: [Int]
  /// Every message of a step; its index is its tag.
  public let messages: [ProgramMessage]
  /// What each rank does.
  public let ranks: [RankProgram]
  /// How each stage's gradients are reduced.
  public let reductions: [Reduction]

  package init(
    plan: Plan, pipeline: Pipeline, microbatchSizes: [Int], messages: [ProgramMessage],
    ranks: [RankProgram], reductions: [Reduction]
  ) {
    self.plan = plan
    self.pipeline = pipeline
    self.microbatchSizes = microbatchSizes
    self.messages = messages
    self.ranks = ranks
    self.reductions = reductions
  }

  /// The gradient groups that have samples in this program.
  public var filledGroups: Set<Int> {
    Set(microbatchSizes.indices.filter { microbatchSizes[$0] > 0 }.map(plan.group(ofMicrobatch:)))
  }

  /// The buckets of a stage's gradients, as ranges of elements.
  public func buckets(ofStage stage: Int) -> [Range<Int>] {
    GradientLayout.buckets(count: pipeline.gradientElements[stage])
  }

  /// Bytes of a message.
  public func bytes(of message: ProgramMessage) -> Int {
    switch message.content {
    case .edge(let index, let microbatch):
      let edge = pipeline.edges[index]
      return edge.bytes + edge.bytesPerSample * (microbatch.map { microbatchSizes[$0] } ?? 0)
    case .partial(let stage, let bucket, _, let chunk), .sum(let stage, let bucket, let chunk):
      return 4
        * GradientLayout.chunk(
          chunk, of: plan.stages[stage].replicas, in: buckets(ofStage: stage)[bucket]
        ).count
    }
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
  private let sender, receiver: Int32

  /// Makes a message.
  public init(content: Content, from: Int, to: Int) {
    self.content = content
    sender = Int32(from)
    receiver = Int32(to)
  }

  /// The sending rank.
  public var from: Int { Int(sender) }
  /// The receiving rank; a rank that holds several stages sends to itself too.
  public var to: Int { Int(receiver) }
}

/// What one rank does in a step.
public struct RankProgram: Hashable, Sendable {
  /// The copies of stages that the rank holds, upstream first.
  public let holdings: [Plan.Holding]
  /// The actions, in order.
  public let actions: [Action]
  /// Where each microbatch's values are kept, for each holding.
  public let buffers: [BufferPlan]

  package init(holdings: [Plan.Holding], actions: [Action], buffers: [BufferPlan]) {
    self.holdings = holdings
    self.actions = actions
    self.buffers = buffers
  }

  /// The place of a stage among the holdings.
  public func place(ofStage stage: Int) -> Int? { holdings.firstIndex { $0.stage == stage } }

  /// The actions that compute, in order.
  public var computeActions: [ComputeAction] {
    actions.compactMap { if case .compute(let action) = $0 { action } else { nil } }
  }
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
  case reduce(stage: Int32, bucket: Int32)
  /// Adds up the rank's part of a bucket over the replicas, and starts to trade the sums.
  case combine(stage: Int32, bucket: Int32)
  /// Computes the update as far as it needs no other stage's scalars.
  case update(stage: Int32)
  /// Lets every rank know every scalar: the losses, the norms.
  case exchange
  /// Computes the scalars of the whole objective, and the rest of the update.
  case finish(stage: Int32)

  public var description: String {
    switch self {
    case .compute(let action): "\(action)"
    case .receive(let transfer): "\(transfer.to)RECV_\(transfer.label)<\(transfer.from)"
    case .send(let transfer): "\(transfer.from)SEND_\(transfer.label)>\(transfer.to)"
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
  private let sender, receiver, batch, first, count: Int32

  /// Describes a transfer; `microbatch` is nil for what travels once a step.
  public init(
    _ kind: Edge.Kind, from: Int, to: Int, microbatch: Int?, messages: Range<Int>
  ) {
    self.kind = kind
    sender = Int32(from)
    receiver = Int32(to)
    batch = Int32(microbatch ?? -1)
    first = Int32(messages.lowerBound)
    count = Int32(messages.count)
  }

  /// The sending stage.
  public var from: Int { Int(sender) }
  /// The receiving stage.
  public var to: Int { Int(receiver) }
  /// The microbatch; nil for what travels once a step.
  public var microbatch: Int? { batch < 0 ? nil : Int(batch) }
  /// Indices into `Program.messages`.
  public var messages: Range<Int> { Int(first)..<Int(first + count) }

  /// As `F3` for microbatch 3's activations, `B3` for its gradients.
  var label: String {
    switch kind {
    case .activation: "F\(batch)"
    case .gradient: "B\(batch)"
    case .contribution: "TIED_GRAD"
    case .parameter: "TIED_WEIGHT"
    }
  }
}
