/// What of a rank's memory is in use after each action of a step.
///
/// A value is in use from the action that makes it, or begins to receive it, to the last that reads
/// it, or begins to send it.
public struct LiveSet: Hashable, Sendable {
  /// One value's life.
  public struct Life: Hashable, Sendable {
    /// The value's name, or its number as `%4`.
    public let name: String
    /// The layer that makes or owns it, nil where none does.
    public let layer: String?
    /// What it is for.
    public let kind: MemoryAccount.Kind
    /// Its bytes, rounded up as it lies in the arena.
    public let bytes: Int
    /// The first and the last action at which it is in use.
    public let actions: ClosedRange<Int>

    package init(
      _ name: String, layer: String?, _ kind: MemoryAccount.Kind, bytes: Int,
      actions: ClosedRange<Int>
    ) {
      self.name = name
      self.layer = layer
      self.kind = kind
      self.bytes = bytes
      self.actions = actions
    }
  }

  /// What is in use of one value at the peak.
  public struct Share: Hashable, Sendable {
    /// The value's name.
    public let name: String
    /// Its layer.
    public let layer: String?
    /// What it is for.
    public let kind: MemoryAccount.Kind
    /// How many microbatches' or groups' copies are in use.
    public let copies: Int
    /// Bytes of them all.
    public let bytes: Int
  }

  /// The actions of the step, as they print.
  public let actions: [String]
  /// For each action, bytes in use of each kind, in the order of `Kind.allCases`.
  public let bytes: [[Int]]
  /// The first action at which most is in use.
  public let peak: Int
  /// What is in use then, the largest first.
  public let atPeak: [Share]

  /// Adds up lives.
  ///
  /// Complexity: O(lives + actions).
  package init(actions: [String], lives: [Life]) {
    let kinds = MemoryAccount.Kind.allCases
    let place = Dictionary(uniqueKeysWithValues: kinds.enumerated().map { ($1, $0) })
    var changes = Array(
      repeating: Array(repeating: 0, count: kinds.count), count: actions.count + 1)
    for life in lives {
      guard let kind = place[life.kind] else { continue }
      changes[life.actions.lowerBound][kind] += life.bytes
      changes[life.actions.upperBound + 1][kind] -= life.bytes
    }
    var now = Array(repeating: 0, count: kinds.count)
    var bytes: [[Int]] = []
    for change in changes.dropLast() {
      for kind in kinds.indices { now[kind] += change[kind] }
      bytes.append(now)
    }
    let totals = bytes.map { $0.reduce(0, +) }
    let peak = totals.firstIndex(of: totals.max() ?? 0) ?? 0
    var shares: [[String?]: Share] = [:]
    for life in lives where life.actions.contains(peak) && life.bytes > 0 {
      let key = [life.name, life.layer, life.kind.rawValue]
      shares[key] = Share(
        name: life.name, layer: life.layer, kind: life.kind,
        copies: (shares[key]?.copies ?? 0) + 1, bytes: (shares[key]?.bytes ?? 0) + life.bytes)
    }
    self.actions = actions
    self.bytes = bytes
    self.peak = peak
    atPeak = shares.values.sorted {
      ($1.bytes, $0.name, $0.kind.rawValue) < ($0.bytes, $1.name, $1.kind.rawValue)
    }
  }

  /// Bytes in use at the peak.
  public var peakBytes: Int { total(peak) }

  /// Bytes in use after an action, of all kinds.
  public func total(_ action: Int) -> Int {
    bytes.indices.contains(action) ? bytes[action].reduce(0, +) : 0
  }
}
