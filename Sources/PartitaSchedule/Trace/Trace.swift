/// What every rank did in a step, and when: predicted by the simulator or measured by the runtime.
///
/// Times are seconds from the start of the step. A span takes 48 bytes and owns nothing, so that
/// hundreds of thousands are cheap.
public struct Trace: Hashable, Sendable {
  /// What a span of time went to.
  public enum Category: String, Hashable, Sendable, Codable, CaseIterable {
    /// F.
    case forward = "forward"
    /// R.
    case recompute = "recompute"
    /// B = I + W.
    case backward = "backward"
    /// I.
    case inputGradient = "input gradient"
    /// W.
    case weightGradient = "weight gradient"
    /// Starting to send.
    case send = "send"
    /// Starting to receive.
    case receive = "receive"
    /// Adding gradients up within a rank.
    case reduce = "reduce"
    /// Adding gradients up over replicas.
    case combine = "combine"
    /// The update before the scalars are known.
    case update = "update"
    /// Letting every rank know every scalar.
    case exchange = "exchange"
    /// The update after the scalars are known.
    case finish = "finish"
    /// Starting to trade the new weights that replicas have updated shares of.
    case gather = "gather"
    /// Waiting, for whatever reason.
    case wait = "wait"
  }

  /// A rank's time from one moment to another.
  public struct Span: Hashable, Sendable {
    /// When it starts, in seconds.
    public let start: Double
    /// When it ends, in seconds.
    public let end: Double
    /// What the time went to.
    public let category: Category
    /// The action that was performed, or waited at; nil for waiting at the end of the step.
    public let action: Action?

    package init(start: Double, end: Double, category: Category, action: Action?) {
      self.start = start
      self.end = end
      self.category = category
      self.action = action
    }

    /// As `2F0`, or `wait at 2F0`.
    public var label: String {
      let name = action.map(\.description)
      guard category == .wait else { return name ?? category.rawValue }
      return "wait at \(name ?? "the end of the step")"
    }
  }

  /// What one rank did.
  public struct Rank: Hashable, Sendable {
    /// As `rank 3 (stage 1, replica 0)`.
    public let name: String
    /// Its spans, in order, none overlapping another.
    public let spans: [Span]

    package init(name: String, spans: [Span]) {
      self.name = name
      self.spans = spans
    }
  }

  /// A message from one rank to another.
  public struct Message: Hashable, Sendable {
    /// The action that sent it.
    public let action: Action
    /// The sending rank.
    public let from: Int
    /// The receiving rank.
    public let to: Int
    /// When it left, in seconds.
    public let sent: Double
    /// When it had arrived, in seconds.
    public let received: Double
    /// Its size.
    public let bytes: Int

    package init(
      action: Action, from: Int, to: Int, sent: Double, received: Double, bytes: Int
    ) {
      self.action = action
      self.from = from
      self.to = to
      self.sent = sent
      self.received = received
      self.bytes = bytes
    }
  }

  /// What each rank did.
  public let ranks: [Rank]
  /// What went between them; what a rank sends itself is left out.
  public let messages: [Message]

  package init(ranks: [Rank], messages: [Message]) {
    self.ranks = ranks
    self.messages = messages
  }

  /// When the last rank was done, in seconds.
  public var makespan: Double { ranks.reduce(0) { max($0, $1.spans.last?.end ?? 0) } }
}

extension Action {
  /// What the time that it takes goes to.
  public var category: Trace.Category {
    switch self {
    case .compute(let action):
      switch action.phase {
      case .forward: .forward
      case .recompute: .recompute
      case .backward: .backward
      case .inputGradient: .inputGradient
      case .weightGradient: .weightGradient
      }
    case .receive: .receive
    case .send: .send
    case .reduce: .reduce
    case .combine: .combine
    case .update: .update
    case .exchange: .exchange
    case .finish: .finish
    case .gather: .gather
    }
  }
}
