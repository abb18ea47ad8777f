/// The order in which one replica of a stage works through its microbatches: compute actions only.
///
/// A schedule knows nothing of messages, reductions or memory; lowering adds them, the same way
/// for every schedule.
public protocol Schedule: Sendable {
  /// The name by which the literature knows it.
  var name: String { get }

  /// The actions of one replica of `stage`.
  ///
  /// - Parameters:
  ///   - stage: the stage.
  ///   - replicas: the number of replicas of every stage.
  ///   - microbatches: the replica's microbatches, ascending.
  func actions(stage: Int, replicas: [Int], microbatches: [Int]) -> [ComputeAction]
}

/// The schedules that can be asked for by name.
public enum ScheduleKind: String, Hashable, Sendable, Codable, CaseIterable {
  /// All forward, then all backward.
  case gpipe
  /// One forward, one backward.
  case oneForwardOneBackward = "1f1b"

  /// The schedule of this name.
  public var schedule: any Schedule {
    switch self {
    case .gpipe: GPipe()
    case .oneForwardOneBackward: OneForwardOneBackward()
    }
  }
}
