public import PartitaSchedule

/// What a step will take, and why: the simulator's answer.
public struct Prediction: Hashable, Sendable {
  /// The seconds in which a rank does nothing, by cause.
  ///
  /// Every wait is counted once, so the causes add up to the makespan less the rank's work. A wait
  /// ends when the last thing that it was for has come, and has that thing's cause:
  ///
  /// - Between a rank's first and last compute action, a wait for a message is *message* time while
  ///   the message is on its way, and waiting for others before it starts. A wait for a slot, whose
  ///   old contents are still being sent, is *memory*; at a sum over replicas it is *reduction*.
  /// - Before its first compute action, a rank waits for others.
  /// - After its last compute action, it waits for others as long as any rank still computes; from
  ///   then on it is reduction: sums, scalars, the updates of others, messages at the end.
  ///
  /// Of the time in which a rank waits for others, *imbalance* is at most what the busiest rank
  /// works more than it, for that no schedule can avoid; the rest is *fill and drain*.
  public struct Idle: Hashable, Sendable {
    /// Waiting for others, because of the order in which they work.
    public var fillAndDrain: Double
    /// Waiting for others, because they have more to do.
    public var imbalance: Double
    /// Waiting for what is on its way.
    public var messages: Double
    /// Waiting for sums, scalars and updates.
    public var reduction: Double
    /// Waiting for a slot that is still being sent from.
    public var memory: Double

    package init(
      fillAndDrain: Double = 0, imbalance: Double = 0, messages: Double = 0,
      reduction: Double = 0, memory: Double = 0
    ) {
      self.fillAndDrain = fillAndDrain
      self.imbalance = imbalance
      self.messages = messages
      self.reduction = reduction
      self.memory = memory
    }

    /// All of them.
    public var total: Double { fillAndDrain + imbalance + messages + reduction + memory }
  }

  /// What is known of one rank.
  public struct Rank: Hashable, Sendable {
    /// Seconds of work: compute, sums, updates, and what messages cost the core.
    public let busySeconds: Double
    /// Seconds of its F, R, B, I and W alone.
    public let computeSeconds: Double
    /// When its first compute action starts, in seconds; 0 where there is none.
    public let firstStart: Double
    /// When its last compute action ends, in seconds; 0 where there is none.
    public let lastEnd: Double
    /// Where the rest of the makespan goes.
    public let idle: Idle
    /// Microbatches of one stage in flight at most: from F's start to the end of B, or of W.
    public let peakStash: Int
    /// Bytes that they keep at most.
    public let peakStashBytes: Int
  }

  /// A link of the chain that makes the step as long as it is.
  public struct CriticalStep: Hashable, Sendable {
    /// The rank that works, or that a message comes from.
    public let rank: Int
    /// What takes the time; a message's is the action that sends it.
    public let action: Action
    /// Whether it is the way of a message.
    public let isMessage: Bool
    /// How long it takes.
    public let seconds: Double

    /// As `2F0`, or `message 2SEND_F0>3`.
    public var label: String { isMessage ? "message \(action)" : "\(action)" }
  }

  /// Seconds until the last rank is done.
  public let makespanSeconds: Double
  /// Each rank.
  public let ranks: [Rank]
  /// What makes the step as long as it is, from its start to its end; what takes no time is left
  /// out. Its seconds add up to the makespan.
  public let criticalPath: [CriticalStep]

  /// Bubble: the idle share of all ranks' time until the makespan.
  public var bubbleFraction: Double {
    guard makespanSeconds > 0 else { return 0 }
    let busy = ranks.reduce(0) { $0 + $1.busySeconds }
    // Rounding must not make it less than nothing.
    return max(0, 1 - busy / (makespanSeconds * Double(ranks.count)))
  }

  /// Bubble by span: the share that a rank's compute lacks, on average, of the longest time from a
  /// rank's first compute action to its last.
  ///
  /// This is the number that zero-bubble papers give (Qi et al., arXiv 2401.10241, section 5.2):
  /// what happens before a rank starts and after it ends may overlap other steps.
  public var spanBubbleFraction: Double {
    let span = ranks.reduce(0) { max($0, $1.lastEnd - $1.firstStart) }
    guard span > 0 else { return 0 }
    return max(0, 1 - ranks.reduce(0) { $0 + $1.computeSeconds } / (span * Double(ranks.count)))
  }
}
