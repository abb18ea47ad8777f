internal import Foundation
internal import PartitaPlan
internal import PartitaPlanner
internal import PartitaWorkload

extension ComparisonReport {
  /// The result in a sentence or two.
  public var headline: String {
    let cases = cases.map(\.comparison)
    let planned = cases.compactMap { comparison -> (value: Double, other: Double)? in
      guard case .scores(let plan, _, _) = comparison.summary(of: .optimal), plan.value > 0,
        let other = Self.bestOther(comparison)
      else { return nil }
      return (plan.value, other)
    }
    guard !planned.isEmpty else {
      return "\(Self.count(methods.count, "method")) on "
        + "\(Self.count(subjects.count, "workload"))"
    }
    let ratios = planned.map { $0.other / $0.value }
    let mean = exp(ratios.reduce(0) { $0 + log($1) } / Double(ratios.count))
    return "The best other method costs \(NumberText.factor(mean)) what the planner's plan does "
      + "in the geometric mean, \(NumberText.factor(ratios.max() ?? 1)) at most"
  }

  /// What else to know about the result.
  public var remarks: [String] {
    let planned = cases.filter { $0.comparison.trials.contains { $0.method == .optimal } }
    guard !planned.isEmpty else { return [] }
    let gaps = planned.compactMap { Self.gap($0.comparison) }
    let proved = gaps.count { $0 <= 1e-7 }
    var text =
      "\(Self.count(subjects.count, "workload")), \(Self.count(planned.count, "case")): "
      + "\(proved) of the planner's plans \(proved == 1 ? "is" : "are") proved optimal"
    if let worst = gaps.max(), worst > 1e-7 {
      text += ", the gap of the others is at most \(NumberText.percent(worst))"
    }
    return [text + "."]
  }

  /// How far the planner's plan may be above the best one, as a share of it; nil without either.
  static func gap(_ comparison: PartitionComparison) -> Double? {
    guard case .scores(let plan, _, _) = comparison.summary(of: .optimal), plan.value > 0,
      let bound = comparison.lowerBound
    else { return nil }
    return (plan.value - bound) / plan.value
  }

  private static func bestOther(_ comparison: PartitionComparison) -> Double? {
    comparison.trials.filter { $0.method != .optimal }.compactMap { $0.score?.value }.min()
  }

  static func count(_ number: Int, _ name: String) -> String {
    "\(NumberText.count(number)) \(name)\(number == 1 ? "" : "s")"
  }

  /// The end of both pages.
  var ending: PageEnding {
    PageEnding(command: commandLine, facts: request, definitions: definitions)
  }

  /// What the numbers are.
  var definitions: [ReportFact] {
    [
      ReportFact(
        "value",
        "What the plan costs by the workload's published cost model, strictly; smaller is better. "
          + "All methods are scored by the same code."),
      ReportFact(
        "ratio", "The value as a multiple of the best one that any method found."),
      ReportFact(
        "lower bound", "No plan costs less: proved, and can be checked with plan --check."),
      ReportFact(
        "gap", "(value - lower bound) / value: so much better could a plan be at most."),
      ReportFact(
        "claimed",
        "What a method takes its own plan to cost, where it has an opinion that differs."),
      ReportFact(
        "seeds",
        "Methods that draw at random: tables show the median plan, plots also the range."),
    ]
  }
}
