internal import PartitaPlan
internal import PartitaPlanner
internal import PartitaWorkload

extension ComparisonReport {
  /// A workload's values, a row for each method, a column for each number of devices; the multiple of
  /// the best stands in brackets if asked for.
  func valueTable(_ subject: Subject, withRatios: Bool) -> Table {
    var table = Table(
      ["devices"] + subject.comparisons.map { NumberText.count($0.devices) })
    for method in subject.methods {
      table.add(
        [Self.name(method, subject)]
          + subject.comparisons.map { comparison in
            guard case .scores(let median, _, _) = comparison.summary(of: method) else {
              return nil
            }
            let ratio = withRatios ? Self.ratio(method, comparison) : nil
            return Self.value(median.value, subject)
              + (ratio.map { " (\(NumberText.fixed($0, 2)))" } ?? "")
          })
      let claims = subject.comparisons.map { Self.claim(method, $0) }
      if claims.contains(where: { $0 != nil }) {
        table.add(
          ["\(method.rawValue), claimed"] + claims.map { $0.map { Self.value($0, subject) } })
      }
    }
    if subject.comparisons.contains(where: { $0.lowerBound != nil }) {
      table.add(
        ["lower bound"]
          + subject.comparisons.map { $0.lowerBound.map { Self.value($0, subject) } })
      table.add(
        ["proved optimal"]
          + subject.comparisons.map { comparison in
            let planned = comparison.trials.first { $0.method == .optimal }
            return planned.flatMap(comparison.isProved).map { $0 ? "yes" : "no" }
          })
    }
    return table
  }

  /// Multiples of the best value.
  func ratioTable(_ subject: Subject) -> Table {
    var table = Table(
      ["devices"] + subject.comparisons.map { NumberText.count($0.devices) })
    for method in subject.methods {
      table.add(
        [Self.name(method, subject)]
          + subject.comparisons.map { Self.ratio(method, $0).map(NumberText.factor) })
    }
    return table
  }

  /// Seconds that planning took.
  func secondsTable(_ subject: Subject) -> Table {
    var table = Table(
      ["devices"] + subject.comparisons.map { NumberText.count($0.devices) })
    for method in subject.methods {
      table.add(
        [Self.name(method, subject)]
          + subject.comparisons.map { $0.seconds(of: method).map(NumberText.seconds) })
    }
    return table
  }

  /// What the table has no room for: why a method has no plan, what a plan is besides.
  func notes(_ subject: Subject) -> [String] {
    var devicesOfNote: [(note: String, devices: [Int])] = []
    for comparison in subject.comparisons {
      for method in comparison.methods {
        let words: String? =
          switch comparison.summary(of: method) {
          case .scores(let median, _, _): median.remark
          case .refused(let reason): reason
          case nil: nil
          }
        guard let words else { continue }
        let note = "\(method.rawValue): \(words)"
        if let known = devicesOfNote.firstIndex(where: { $0.note == note }) {
          devicesOfNote[known].devices.append(comparison.devices)
        } else {
          devicesOfNote.append((note, [comparison.devices]))
        }
      }
    }
    return devicesOfNote.map { note, devices in
      let isAlways = devices.count == subject.comparisons.count
      return note
        + (isAlways ? "" : " (on \(devices.map(NumberText.count).joined(separator: ", ")))")
    }
  }

  /// A method's name; with how many seeds its numbers are medians of.
  static func name(_ method: PartitionMethod, _ subject: Subject) -> String {
    let seeds =
      subject.comparisons.map { $0.trials.count { $0.method == method && $0.score != nil } }.max()
      ?? 0
    return method.rawValue + (seeds > 1 ? ", median of \(seeds)" : "")
  }

  /// A value with its unit.
  static func value(_ value: Double, _ subject: Subject) -> String {
    NumberText.seconds(value * subject.unit.seconds)
  }

  /// What a method claims, where that isn't the value.
  private static func claim(
    _ method: PartitionMethod, _ comparison: PartitionComparison
  ) -> Double? {
    guard case .scores(let plan, _, _) = comparison.summary(of: method),
      let claimed = plan.claimedValue, abs(claimed - plan.value) > 1e-6 * plan.value
    else { return nil }
    return claimed
  }
}
