internal import PartitaPlan
package import PartitaSchedule

extension ScheduleTable {
  /// What is wrong with a table, nil where nothing is.
  ///
  /// Each rank has, for each of its stages and each of `phases`, all of its microbatches in
  /// ascending order, or backward each group's in the plan's order (law 2), and nothing else; and
  /// nobody waits for ever (law 7).
  package func problem(phases: [Phase]) -> String? {
    for (rank, actions) in ranks.enumerated() {
      var left = actions.count
      for holding in plan.holdings[rank] {
        let own = microbatches.filter {
          plan.rank(ofMicrobatch: $0, stage: holding.stage) == rank
        }
        for phase in phases {
          let taken = actions.lazy.filter { $0.stage == holding.stage && $0.phase == phase }
            .map(\.microbatch)
          let isReversed = phase != .forward && plan.gradientOrder == .descending
          guard isReversed ? isDescending(taken, own) : taken.elementsEqual(own) else {
            return "\(plan), rank \(rank), stage \(holding.stage): \(phase) of \(Array(taken)), "
              + "not of \(own)"
          }
          left -= own.count
        }
      }
      if left != 0 { return "\(plan), rank \(rank) has \(left) actions too many" }
    }
    return EventSimulation(self, 1, 1, 1).isComplete ? nil : "\(plan) never ends"
  }

  private func isDescending(_ taken: some Sequence<Int>, _ own: [Int]) -> Bool {
    let groups = plan.gradientGroups
    return taken.sorted() == own
      && (0..<groups).allSatisfy { group in
        let members = taken.filter { $0 % groups == group }
        return zip(members, members.dropFirst()).allSatisfy { $0 > $1 }
      }
  }
}
