/// The relaxation of the choice of variants: how many seconds more the fastest variants take when they
/// are to take fewer bytes, if a node may run partly one way and partly another.
///
/// Each node has steps from its fastest choice to smaller ones, along the lower convex hull; all nodes'
/// steps are taken in the order of seconds for a byte (Sinha and Zoltners, "The multiple-choice
/// knapsack problem", Operations Research 27, 1979).
struct PiperRelaxation {
  /// One node's way from its fastest choice to its smallest one, times the nodes that have it.
  struct Steps {
    let seconds, bytes: Double
    let steps: [(saved: Double, seconds: Double)]

    init(_ choices: [(seconds: Double, bytes: Double)], count: Int) {
      let sorted = choices.sorted { ($0.seconds, $0.bytes) < ($1.seconds, $1.bytes) }
      var hull: [(seconds: Double, bytes: Double)] = []
      for choice in sorted where hull.last.map({ choice.bytes < $0.bytes }) ?? true {
        // A corner above the line between its neighbours is none.
        while hull.count > 1 {
          let (one, two) = (hull[hull.count - 2], hull[hull.count - 1])
          let first = (two.seconds - one.seconds) * (two.bytes - choice.bytes)
          let second = (choice.seconds - two.seconds) * (one.bytes - two.bytes)
          guard first >= second else { break }
          hull.removeLast()
        }
        hull.append(choice)
      }
      let times = Double(count)
      seconds = times * (hull.first?.seconds ?? 0)
      bytes = times * (hull.first?.bytes ?? 0)
      steps = zip(hull, hull.dropFirst()).map {
        (times * ($0.bytes - $1.bytes), times * ($1.seconds - $0.seconds))
      }
    }
  }

  /// Seconds and bytes of the fastest choices.
  private(set) var seconds = 0.0
  private(set) var bytes = 0.0
  /// The steps, those with the fewest seconds for a byte first.
  private var steps: [(saved: Double, seconds: Double)] = []

  init(_ nodes: [Steps]) {
    for node in nodes {
      seconds += node.seconds
      bytes += node.bytes
      steps += node.steps
    }
    steps.sort(by: Self.isCheaper)
  }

  private static func isCheaper(
    _ one: (saved: Double, seconds: Double), _ other: (saved: Double, seconds: Double)
  ) -> Bool {
    one.seconds * other.saved < other.seconds * one.saved
  }

  /// With one node more.
  func adding(_ node: Steps) -> PiperRelaxation {
    var more = self
    more.seconds += node.seconds
    more.bytes += node.bytes
    for step in node.steps {
      let place = more.steps.firstIndex { Self.isCheaper(step, $0) } ?? more.steps.count
      more.steps.insert(step, at: place)
    }
    return more
  }

  /// The seconds more that it takes at least to save some bytes; nil where it can't be.
  func least(saving bytes: Double) -> Double? {
    guard bytes > 0 else { return 0 }
    var (left, seconds) = (bytes, 0.0)
    for step in steps {
      if step.saved >= left { return seconds + step.seconds * (left / step.saved) }
      left -= step.saved
      seconds += step.seconds
    }
    return nil
  }

  /// What it takes at most: the last step is taken whole. nil where it can't be.
  ///
  /// A step of several nodes may be taken in part, by whole nodes; this says no less.
  func rounded(saving bytes: Double) -> Double? {
    guard bytes > 0 else { return 0 }
    var (left, seconds) = (bytes, 0.0)
    for step in steps {
      left -= step.saved
      seconds += step.seconds
      if left <= 0 { return seconds }
    }
    return nil
  }
}
