/// Seconds that no plan is below: over all cuts and replicas, whatever the order of actions.
///
/// A plan of T seconds gives every stage so many replicas that its rank ends by T; so T is too short
/// where even the fewest replicas of all stages are more than the ranks. One rank can be told apart
/// from the others this way because what a stage waits for at the least depends on where it begins
/// alone.
struct SpaceBound {
  let table: StageTable
  let problem: StepProblem

  /// The bound, to a billionth from below.
  ///
  /// Complexity: O(layers² · log(groups)) for each of some 40 tries.
  var seconds: Double {
    var bound = Double.infinity
    for (virtual, _) in problem.virtualForms where problem.columnCounts(virtual: virtual) != nil {
      bound = min(
        bound,
        virtual == 1
          ? straight : table.meanBound(ranks: problem.ranks, groups: problem.gradientGroups))
    }
    return bound == .infinity ? 0 : bound
  }

  private var straight: Double {
    let all = table.bound([0..<problem.layerCount], replicas: 1)
    var (low, high) = (0.0, all)
    if isReachable(low) { return low }
    while high - low > 1e-10 * high {
      let middle = (low + high) / 2
      if isReachable(middle) { high = middle } else { low = middle }
    }
    return low
  }

  /// Whether stages that all end by a time need no more ranks than there are.
  func isReachable(_ seconds: Double) -> Bool {
    let count = problem.layerCount
    var needed = [0] + Array(repeating: Int.max / 2, count: count)
    for end in 1...count {
      for start in (0..<end).reversed() {
        guard needed[start] < problem.ranks else { continue }
        let layers = start..<end
        guard let enough = fewest(layers, by: seconds) else { continue }
        needed[end] = min(needed[end], needed[start] + enough)
      }
    }
    return needed[count] <= problem.ranks
  }

  /// The fewest replicas of a stage whose ranks end by a time; nil where none are enough.
  private func fewest(_ layers: Range<Int>, by seconds: Double) -> Int? {
    let most = min(problem.gradientGroups, problem.ranks)
    func isEnough(_ replicas: Int) -> Bool {
      table.bound([layers], replicas: replicas) <= seconds
    }
    if most <= 32 { return (1...most).first(where: isEnough) }
    guard isEnough(most) else { return nil }
    // Powers of two share evenly, and more of them never have more to do; others are let through.
    var replicas = 1
    while replicas < most, !isEnough(replicas) { replicas *= 2 }
    return replicas == 1 ? 1 : replicas / 2 + 1
  }
}
