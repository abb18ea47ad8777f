internal import PartitaPlan
internal import PartitaSchedule

/// The plans that are tried: all of them, or where these are too many those that a closed form likes.
struct PlanSpace {
  /// A shape and its cuts.
  struct Place: Hashable {
    let shape: PlanShape
    let cuts: [Int]

    /// The runs of layers that each column holds, upstream first.
    func columns(layerCount: Int) -> [[Range<Int>]] {
      let bounds = [0] + cuts + [layerCount]
      var held = shape.replicas.map { _ in [Range<Int>]() }
      for stage in 0..<shape.stageCount {
        let column = shape.order.column(ofStage: stage, columns: shape.replicas.count)
        held[column].append(bounds[stage]..<bounds[stage + 1])
      }
      return held
    }
  }

  /// How many plans are all listed.
  static let listedAtMost = 20_000
  /// How many shapes are tried where plans aren't all listed, and how many ways to share the ranks of
  /// one number of columns are looked at for them.
  private static let (shapesAtMost, waysAtMost) = (60, 200)

  /// The plans, with what none of their steps is below; the most promising first.
  let places: [(place: Place, bound: Double)]
  /// Whether they are all that there are.
  let isComplete: Bool

  init(_ problem: StepProblem, _ table: StageTable) {
    let pinned = problem.pins.positions(in: problem.layers.names)
    var shapes: [PlanShape] = []
    var (count, isComplete) = (0, true)
    for form in problem.virtualForms {
      guard let counts = problem.columnCounts(virtual: form.virtual) else { continue }
      for columns in counts {
        let ways = Compositions.count(of: problem.ranks, parts: columns)
        let cuts =
          pinned == nil
          ? Compositions.count(of: problem.layerCount, parts: columns * form.virtual) : 1
        (count, isComplete) = Self.adding(ways, cuts, to: count, isComplete)
        let all = Self.replicas(problem, columns: columns, ways: ways, isAll: isComplete)
        shapes += all.filter(problem.allows).map {
          PlanShape(replicas: $0, virtual: form.virtual, order: form.order)
        }
      }
    }
    if !isComplete, shapes.count > Self.shapesAtMost {
      let order = shapes.map { Self.estimate($0, problem, table) }.enumerated().sorted {
        ($0.element, $0.offset) < ($1.element, $1.offset)
      }
      shapes = order.prefix(Self.shapesAtMost).map { shapes[$0.offset] }
    }
    var places: [Place] = []
    for shape in shapes {
      if let pinned {
        places.append(Place(shape: shape, cuts: pinned))
      } else if isComplete {
        let all = Compositions.all(
          of: problem.layerCount, parts: shape.stageCount, most: problem.layerCount)
        places += all.map { Place(shape: shape, cuts: Compositions.cuts($0)) }
      } else {
        places.append(
          Place(shape: shape, cuts: LeastSlowest(problem, table, shape).cuts))
      }
    }
    self.places = places.map { place in
      (place, Self.bound(place, layerCount: problem.layerCount, table))
    }.enumerated().sorted { ($0.element.1, $0.offset) < ($1.element.1, $1.offset) }
      .map { (place: $0.element.0, bound: $0.element.1) }
    self.isComplete = isComplete
  }

  /// About the seconds of a step in this shape: as if all stages took the same, and the pipeline
  /// filled with one microbatch after the other (the closed form of GPipe, arXiv 1811.06965).
  private static func estimate(
    _ shape: PlanShape, _ problem: StepProblem, _ table: StageTable
  ) -> Double {
    let columns = Double(shape.replicas.count)
    let share = Double(problem.ranks) / columns
    let work = table.work(0..<problem.layerCount, replicas: 1) / columns
    let microbatches = Double(problem.microbatches.count)
    let slots = (microbatches / share).rounded(.up) + (columns - 1) / Double(shape.virtual)
    return work / microbatches * slots
  }

  /// What no step of a plan is below.
  static func bound(_ place: Place, layerCount: Int, _ table: StageTable) -> Double {
    zip(place.columns(layerCount: layerCount), place.shape.replicas).map {
      table.bound($0, replicas: $1)
    }.max() ?? 0
  }

  private static func adding(
    _ ways: Int, _ cuts: Int, to count: Int, _ isComplete: Bool
  ) -> (Int, Bool) {
    let (product, overflows) = ways.multipliedReportingOverflow(by: cuts)
    guard isComplete, !overflows, product <= listedAtMost - count else { return (count, false) }
    return (count + product, true)
  }

  /// The replicas of so many columns: all ways, or the even ones.
  private static func replicas(
    _ problem: StepProblem, columns: Int, ways: Int, isAll: Bool
  ) -> [[Int]] {
    if let pinned = problem.pins.replicas, pinned.count == columns {
      return pinned.reduce(0, +) == problem.ranks ? [pinned] : []
    }
    if ways <= (isAll ? listedAtMost : waysAtMost) {
      return Compositions.all(of: problem.ranks, parts: columns, most: problem.gradientGroups)
    }
    let (each, more) = problem.ranks.quotientAndRemainder(dividingBy: columns)
    guard each + (more > 0 ? 1 : 0) <= problem.gradientGroups else { return [] }
    // What doesn't come out even goes to the head of the pipeline, or to its end.
    let head = (0..<columns).map { $0 < more ? each + 1 : each }
    return more == 0 ? [head] : [head, head.reversed()]
  }
}
