public import PartitaPlan
public import PartitaSchedule

/// The seconds that a program's actions and messages take.
///
/// Measured, computed, or made up: the simulator doesn't ask.
public struct StepCosts: Hashable, Sendable, Codable {
  /// Seconds as a line over a number of samples.
  public struct Line: Hashable, Sendable, Codable {
    /// Seconds whatever the samples.
    public var fixed: Double
    /// Seconds for each sample.
    public var perSample: Double

    /// So many seconds, and so many more for each sample.
    public init(fixed: Double = 0, perSample: Double = 0) {
      self.fixed = fixed
      self.perSample = perSample
    }

    /// Seconds for a microbatch.
    public func seconds(samples: Int) -> Double { fixed + perSample * Double(samples) }
  }

  /// What one stage's work takes.
  public struct Stage: Hashable, Sendable, Codable {
    /// F.
    public var forward: Line
    /// R, where the stage recomputes.
    public var recompute: Line
    /// B in one piece, often cheaper than I and W.
    public var backward: Line
    /// I.
    public var inputGradient: Line
    /// W.
    public var weightGradient: Line
    /// Seconds of the update before the scalars are exchanged.
    public var updateSeconds = 0.0
    /// Seconds of the update after the scalars are exchanged.
    public var finishSeconds = 0.0
    /// Bytes that a sample of a microbatch in flight keeps.
    public var stashBytesPerSample = 0
    /// Bytes that a sample takes more from R on.
    public var recomputedBytesPerSample = 0

    /// Costs of F, I and W; `backward` is I + W and `recompute` F unless given. Updates and stash
    /// cost nothing.
    public init(
      forward: Line, inputGradient: Line, weightGradient: Line, backward: Line? = nil,
      recompute: Line? = nil
    ) {
      self.forward = forward
      self.recompute = recompute ?? forward
      self.inputGradient = inputGradient
      self.weightGradient = weightGradient
      self.backward =
        backward
        ?? Line(
          fixed: inputGradient.fixed + weightGradient.fixed,
          perSample: inputGradient.perSample + weightGradient.perSample)
    }

    /// Seconds of a phase.
    public func seconds(_ phase: Phase, samples: Int) -> Double {
      switch phase {
      case .forward: forward.seconds(samples: samples)
      case .recompute: recompute.seconds(samples: samples)
      case .backward: backward.seconds(samples: samples)
      case .inputGradient: inputGradient.seconds(samples: samples)
      case .weightGradient: weightGradient.seconds(samples: samples)
      }
    }
  }

  /// What a message takes between two ranks.
  public struct Link: Hashable, Sendable, Codable {
    /// Seconds of an empty message.
    public var latencySeconds: Double
    /// Seconds on the way for each byte, 1 / bandwidth.
    public var secondsPerByte: Double
    /// A message of at most so many bytes leaves without its receive (the eager protocol); a larger
    /// one starts when both sides have (rendezvous).
    public var eagerLimitBytes: Int
    /// Seconds of the sending core for each message, before it leaves.
    public var senderSeconds = 0.0
    /// Seconds of the sending core for each byte, before the message leaves.
    public var senderSecondsPerByte = 0.0
    /// Seconds of the receiving core for each byte, when it reads the message.
    public var receiverSecondsPerByte = 0.0
    /// Seconds of messages as measured, of which the receiving core takes what is more than an empty
    /// one's, when it reads the message; instead of `receiverSecondsPerByte`.
    public var measuredReading: MessageProfile.Curve?

    /// A link that occupies neither core; without arguments one that takes no time.
    public init(
      latencySeconds: Double = 0, bytesPerSecond: Double = .infinity,
      eagerLimitBytes: Int = .max
    ) {
      self.latencySeconds = latencySeconds
      secondsPerByte = 1 / bytesPerSecond
      self.eagerLimitBytes = eagerLimitBytes
    }

    /// Whether the receiving core has work with a message.
    var occupiesReceiver: Bool { receiverSecondsPerByte > 0 || measuredReading != nil }

    /// Seconds of the receiving core.
    package func readingSeconds(bytes: Int) -> Double {
      guard let measuredReading else { return receiverSecondsPerByte * Double(bytes) }
      return max(0, measuredReading.seconds(bytes: bytes) - measuredReading.latencySeconds)
    }

    /// Seconds on the way.
    public func seconds(bytes: Int) -> Double { latencySeconds + secondsPerByte * Double(bytes) }
  }

  /// Each stage's work.
  public var stages: [Stage]
  /// Seconds to add one byte of gradients to another.
  public var reductionSecondsPerByte = 0.0
  /// Whole reductions of a bucket over replicas as measured, by the replicas; where there are any,
  /// they say what reading a partial sum or a sum costs, instead of the link.
  public var measuredReductions: [MessageProfile.Collective] = []
  /// Seconds of one round of the exchange of scalars; p ranks take ⌈log₂ p⌉ rounds.
  public var exchangeRoundSeconds = 0.0
  /// Seconds of every action, whatever it does.
  public var actionSeconds = 0.0
  /// What a rank sends itself.
  public var sameRank = Link()
  /// What ranks of one host send each other.
  public var sameHost = Link()
  /// What ranks of different hosts send each other.
  public var acrossHosts = Link()
  /// The host of each rank; all ranks behind its end are on host 0.
  public var hosts: [Int] = []
  /// How fast each rank works: all its seconds are divided by that. Those behind the end are at 1.
  public var speeds: [Double] = []

  /// Costs of stages; all else is free.
  public init(stages: [Stage]) { self.stages = stages }

  /// Equal stages, and messages that take `communication` seconds and occupy nobody.
  ///
  /// - Parameters:
  ///   - stages: how many.
  ///   - forward: seconds of F for a microbatch, whatever its samples.
  ///   - inputGradient: seconds of I.
  ///   - weightGradient: seconds of W; B takes I + W.
  ///   - communication: seconds of a message between two ranks.
  public static func uniform(
    stages: Int, forward: Double, inputGradient: Double, weightGradient: Double,
    communication: Double = 0
  ) -> StepCosts {
    let stage = Stage(
      forward: Line(fixed: forward), inputGradient: Line(fixed: inputGradient),
      weightGradient: Line(fixed: weightGradient))
    var costs = StepCosts(stages: Array(repeating: stage, count: stages))
    costs.sameHost.latencySeconds = communication
    costs.acrossHosts.latencySeconds = communication
    return costs
  }

  /// The links that lie between some two ranks.
  package var links: [Link] { Set(hosts).count > 1 ? [sameHost, acrossHosts] : [sameHost] }

  /// The link between two ranks.
  public func link(from: Int, to: Int) -> Link {
    if from == to { return sameRank }
    func host(_ rank: Int) -> Int { rank < hosts.count ? hosts[rank] : 0 }
    return host(from) == host(to) ? sameHost : acrossHosts
  }

  /// How fast a rank works.
  func speed(_ rank: Int) -> Double { rank < speeds.count ? speeds[rank] : 1 }

  /// Seconds of the receiving core for one partial sum, or one sum, of a reduction; nil where none
  /// was measured.
  ///
  /// A rank receives r - 1 chunks of partial sums and r - 1 of sums, each of 1 / r of the bucket: each
  /// has an equal share of what the whole took beside the addition.
  func reductionReadingSeconds(bytes: Int, replicas: Int) -> Double? {
    let known =
      measuredReductions.first { $0.ranks >= replicas } ?? measuredReductions.last
    guard let known, replicas > 1 else { return nil }
    let whole = known.curve.seconds(bytes: bytes * replicas)
    let additions = reductionSecondsPerByte * Double(bytes * (replicas - 1))
    return max(0, whole - additions) / Double(2 * (replicas - 1))
  }

  /// Seconds of the exchange of scalars among `ranks` ranks.
  public func exchangeSeconds(ranks: Int) -> Double {
    guard ranks > 1 else { return 0 }
    return exchangeRoundSeconds * Double(Int.bitWidth - (ranks - 1).leadingZeroBitCount)
  }
}
