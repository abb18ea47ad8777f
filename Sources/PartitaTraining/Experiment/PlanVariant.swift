/// The plans that `verify` compares: every way to place a model on some ranks.
public struct PlanVariant: Hashable, Sendable {
  /// The number of stages and of replicas of each.
  public let stages, replicas: Int
  /// The schedule's name.
  public let schedule: String
  /// The layers that begin a stage.
  public let cuts: [String]

  /// One rank, no cut.
  public static let serial = PlanVariant(stages: 1, replicas: 1, schedule: "1f1b", cuts: [])

  /// The ranks that it takes.
  public var ranks: Int { stages * replicas }

  /// The overrides that make a configuration run this plan.
  public var overrides: [String] {
    [
      "parallel.stages=\(stages)", "parallel.replicas=\(replicas)",
      "parallel.schedule=\(schedule)", "parallel.cuts=[\(cuts.joined(separator: ", "))]",
    ]
  }

  /// Cuts of one shape that are tried at most.
  static let mostCuts = 24

  /// All stages x replicas x schedules x cuts on 2 to `ranks` ranks.
  ///
  /// Where a shape has more than 24 ways to be cut, 24 of them, spread evenly over their
  /// lexicographic order.
  public static func all(layers: [String], gradientGroups: Int, ranks: Int) -> [PlanVariant] {
    var variants: [PlanVariant] = []
    for count in 2...max(ranks, 2) where count <= ranks {
      for stages in 1...count where count % stages == 0 {
        let replicas = count / stages
        guard stages <= layers.count, replicas <= gradientGroups else { continue }
        let choices = combinations(of: Array(layers.dropFirst()), taking: stages - 1)
        for cuts in spread(choices, most: mostCuts) {
          for schedule in stages == 1 ? ["1f1b"] : ["gpipe", "1f1b"] {
            variants.append(
              PlanVariant(stages: stages, replicas: replicas, schedule: schedule, cuts: cuts))
          }
        }
      }
    }
    return variants
  }

  private static func combinations(of names: [String], taking count: Int) -> [[String]] {
    if count == 0 { return [[]] }
    return names.indices.flatMap { index in
      combinations(of: Array(names[(index + 1)...]), taking: count - 1).map { [names[index]] + $0 }
    }
  }

  private static func spread(_ choices: [[String]], most: Int) -> [[String]] {
    guard choices.count > most else { return choices }
    return (0..<most).map { choices[$0 * (choices.count - 1) / (most - 1)] }
  }
}
