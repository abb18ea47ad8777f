public import PartitaPlan

/// The schedules that can be asked for by their published names.
public enum ScheduleKind: String, Hashable, Sendable, Codable, CaseIterable {
  /// All forward, then all backward.
  case gpipe
  /// One forward, one backward.
  case oneForwardOneBackward = "1f1b"
  /// One forward, one backward, over several chunks a rank.
  case interleavedOneForwardOneBackward = "interleaved-1f1b"
  /// All microbatches through one chunk before the next.
  case loopedBFS = "looped-bfs"
  /// W delayed, with the memory of 1F1B.
  case zbH1 = "zb-h1"
  /// W delayed, with twice the memory of 1F1B.
  case zbH2 = "zb-h2"
  /// W delayed, two chunks a rank, with the memory of 1F1B.
  case zbV = "zb-v"

  /// The schedule of this name.
  public var schedule: any Schedule {
    switch self {
    case .gpipe: GPipe()
    case .oneForwardOneBackward: OneForwardOneBackward()
    case .interleavedOneForwardOneBackward: InterleavedOneForwardOneBackward()
    case .loopedBFS: LoopedBFS()
    case .zbH1: ZBH1()
    case .zbH2: ZBH2()
    case .zbV: ZBV()
    }
  }

  /// How the schedule wants its stages to lie on the columns.
  public var stageOrder: StageOrder { self == .zbV ? .vee : .looped }

  /// The numbers of stages on a rank that the schedule can work with.
  public var virtualStages: ClosedRange<Int> {
    switch self {
    case .gpipe, .oneForwardOneBackward, .zbH1, .zbH2: 1...1
    case .interleavedOneForwardOneBackward, .loopedBFS: 1...Int.max
    case .zbV: 2...2
    }
  }
}
