internal import PartitaSchedule
public import PartitaSimulator

/// Where the seconds of a step go beyond the ideal, cause by cause; they add up to what is lost.
///
/// Of a step that was traced the causes are those of the trace, otherwise the prediction's.
public struct LostTime: Hashable, Sendable {
  /// A cause. Each but the last three is an idle time of `Prediction.Idle`.
  public enum Cause: String, Hashable, Sendable, Codable, CaseIterable {
    /// Waiting for others because of the order of work: the pipeline fills and drains.
    case fillAndDrain = "fill_and_drain"
    /// Waiting for others because they have more to do.
    case imbalance
    /// Waiting for what is on its way.
    case messages
    /// Waiting for sums, scalars and updates.
    case reduction
    /// Waiting for a slot that is still being sent from.
    case memory
    /// More or slower work than the ideal share, as traced; faster work is negative.
    case work
    /// Cores that more ranks than cores share.
    case oversubscription
    /// What nothing here explains; without a trace more or slower work, too.
    case other

    /// As people say it.
    var words: String {
      switch self {
      case .fillAndDrain: "bubble (fill and drain)"
      case .imbalance: "imbalance"
      case .messages: "messages"
      case .reduction: "reduction"
      case .memory: "memory stall"
      case .work: "slower work"
      case .oversubscription: "too few cores"
      case .other: "other, unexplained"
      }
    }
  }

  private var seconds: [Double]

  /// The seconds of a cause; negative only for `work` and `other`, where ranks work faster than expected.
  public subscript(cause: Cause) -> Double { seconds[cause.place] }

  /// All that is lost.
  public var total: Double { seconds.reduce(0, +) }

  /// Attributes what a step of `ranks` ranks takes beyond the ideal.
  ///
  /// 1. With more ranks than cores, the cores that are missing: ideal · (ranks / cores - 1), but no
  ///    more than is lost.
  /// 2. Of a step that was traced with a core for each rank, each traced idle time and the traced work, means
  ///    over ranks, have the shares that they have of the traced step; of the work the ideal is no loss.
  /// 3. Otherwise, of the rest of the step, each predicted idle time, the mean over ranks, has the share that it
  ///    has of the predicted step. With too few cores, where ranks work while others wait, these are
  ///    together no more than is lost still.
  /// 4. What is left is `other`; with neither trace nor prediction that is everything.
  ///
  /// - Parameters:
  ///   - measured: seconds of the step.
  ///   - ideal: seconds if the serial step were shared out without loss.
  ///   - ranks: those of the run.
  ///   - cores: those of the machine; 0 where nobody knows.
  ///   - prediction: the simulator's answer for the same step.
  ///   - account: where the time of such a step went as it was traced.
  public init(
    measured: Double, ideal: Double, ranks: Int, cores: Int, prediction: Prediction?,
    account: TraceAccount? = nil
  ) {
    seconds = Array(repeating: 0, count: Cause.allCases.count)
    if ranks <= cores || cores == 0, let account, account.makespanSeconds > 0 {
      attribute(measured: measured, ideal: ideal, account)
      return
    }
    let lost = measured - ideal
    var rest = lost
    if ranks > cores, cores > 0 {
      let missing = min(max(lost, 0), ideal * (Double(ranks) / Double(cores) - 1))
      seconds[Cause.oversubscription.place] = missing
      rest -= missing
    }
    if let prediction, prediction.makespanSeconds > 0, !prediction.ranks.isEmpty {
      let causes = Self.meanIdle(prediction)
      let idle = causes.reduce(0) { $0 + $1.seconds }
      var scale = (ideal + rest) / prediction.makespanSeconds
      if ranks > cores, idle > 0 { scale = min(scale, max(rest, 0) / idle) }
      for entry in causes {
        seconds[entry.cause.place] = entry.seconds * scale
        rest -= entry.seconds * scale
      }
    }
    seconds[Cause.other.place] = rest
  }

  private mutating func attribute(measured: Double, ideal: Double, _ account: TraceAccount) {
    let scale = measured / account.makespanSeconds
    let parts: [(Cause, Double)] = [
      (.fillAndDrain, account.mean(\.idle.fillAndDrain)),
      (.imbalance, account.mean(\.idle.imbalance)), (.messages, account.mean(\.idle.messages)),
      (.reduction, account.mean(\.idle.reduction)), (.memory, account.mean(\.idle.memory)),
    ]
    var rest = measured - ideal
    for (cause, part) in parts {
      seconds[cause.place] = part * scale
      rest -= part * scale
    }
    let work = account.mean(\.busySeconds) * scale - ideal
    seconds[Cause.work.place] = work
    seconds[Cause.other.place] = rest - work
  }

  private static func meanIdle(_ prediction: Prediction) -> [(cause: Cause, seconds: Double)] {
    func mean(_ part: (Prediction.Idle) -> Double) -> Double {
      prediction.ranks.reduce(0) { $0 + part($1.idle) } / Double(prediction.ranks.count)
    }
    return [
      (.fillAndDrain, mean(\.fillAndDrain)), (.imbalance, mean(\.imbalance)),
      (.messages, mean(\.messages)), (.reduction, mean(\.reduction)), (.memory, mean(\.memory)),
    ]
  }
}

extension LostTime.Cause {
  fileprivate var place: Int {
    switch self {
    case .fillAndDrain: 0
    case .imbalance: 1
    case .messages: 2
    case .reduction: 3
    case .memory: 4
    case .work: 5
    case .oversubscription: 6
    case .other: 7
    }
  }
}
