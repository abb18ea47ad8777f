public import PartitaConfig
public import PartitaKeys
public import PartitaSchedule

/// The plans that `verify` compares: the ways to place a model on some ranks.
public struct PlanVariant: Hashable, Sendable {
  /// The ranks of each column of the pipeline.
  public let replicas: [Int]
  /// The stages that each column holds.
  public let virtual: Int
  /// The schedule's name.
  public let schedule: String
  /// The layers that begin a stage.
  public let cuts: [String]

  /// One rank, no cut.
  public static let serial = PlanVariant(replicas: [1], virtual: 1, schedule: "1f1b", cuts: [])

  /// The ranks that it takes.
  public var ranks: Int { replicas.reduce(0, +) }

  /// As `2 x 2` columns x ranks, or `3+1`; with several stages on a rank `2 x 2, 2 stages a rank`.
  public var shape: String {
    let even = Set(replicas).count == 1
    let words =
      even
      ? "\(replicas.count) x \(replicas[0])" : replicas.map { "\($0)" }.joined(separator: "+")
    return virtual == 1 ? words : "\(words), \(virtual) a rank"
  }

  /// All shapes x schedules x cuts on 2 to `ranks` ranks.
  ///
  /// A shape is a number of columns with ranks for each, equal or not; schedules that can hold
  /// several stages on a rank are tried with one and with two.
  /// - Parameters:
  ///   - layers: the names of the model's layers.
  ///   - gradientGroups: the most replicas of a stage.
  ///   - ranks: the most of a plan.
  ///   - schedules: the schedules to try.
  ///   - cuts: the most ways to cut that are tried of a shape, spread evenly over their
  ///     lexicographic order.
  public static func all(
    layers: [String], gradientGroups: Int, ranks: Int, schedules: [any Schedule], cuts: Int
  ) -> [PlanVariant] {
    guard ranks >= 2 else { return [] }
    var variants: [PlanVariant] = []
    for replicas in (2...ranks).flatMap(compositions)
    where (replicas.max() ?? 1) <= gradientGroups {
      for schedule in schedules {
        // One stage knows but one order: all schedules without virtual stages are the same then.
        if replicas.count == 1, schedule.virtualStages.lowerBound == 1,
          schedule.name != schedules[0].name
        {
          continue
        }
        for virtual in [1, 2] where schedule.virtualStages.contains(virtual) {
          let stages = replicas.count * virtual
          guard stages <= layers.count else { continue }
          for cuts in choices(of: layers.dropFirst(), taking: stages - 1, most: cuts) {
            variants.append(
              PlanVariant(
                replicas: replicas, virtual: virtual, schedule: schedule.name, cuts: cuts))
          }
        }
      }
    }
    return variants
  }

  /// All ways to write a number as a sum of numbers of at least 1, in order.
  private static func compositions(of total: Int) -> [[Int]] {
    guard total > 0 else { return [[]] }
    return (1...total).flatMap { first in compositions(of: total - first).map { [first] + $0 } }
  }

  private static func choices(
    of names: ArraySlice<String>, taking count: Int, most: Int
  ) -> [[String]] {
    func choose(_ names: ArraySlice<String>, _ count: Int) -> [[String]] {
      guard count > 0 else { return [[]] }
      return names.indices.flatMap { index in
        choose(names[(index + 1)...], count - 1).map { [names[index]] + $0 }
      }
    }
    let all = choose(names, count)
    guard all.count > most else { return all }
    guard most > 1 else { return [all[all.count / 2]] }
    return (0..<most).map { all[$0 * (all.count - 1) / (most - 1)] }
  }
}

extension TrainingConfig {
  /// The same run under another plan.
  /// - Throws: `ConfigError` where the plan doesn't fit the configuration.
  public func with(parallel variant: PlanVariant) throws(ConfigError) -> TrainingConfig {
    try with(
      replicas: variant.replicas, virtual: variant.virtual, schedule: variant.schedule,
      cuts: variant.cuts)
  }
}
