internal import Foundation
internal import PartitaPlan
internal import PartitaSimulator
public import PartitaStepPlanner

extension StepPlan {
  /// The plan for people: a table of stages, what a step takes, and what the alternatives are.
  ///
  /// - Parameter document: the same as its file has it.
  public func lines(_ document: PlanDocument) -> [String] {
    let layers = document.origin.layers
    func plural(_ count: Int, _ word: String) -> String {
      "\(count) \(word)\(count == 1 ? "" : "s")"
    }
    let recomputes = choice.plan.stages.contains(where: \.recomputes)
    var rows = [["stage", "ranks", "layers", "from", "to"] + (recomputes ? ["recomputed"] : [])]
    for (index, stage) in choice.plan.stages.enumerated() {
      rows.append(
        [
          "\(index)", Self.words(stage.ranks), "\(stage.layers.count)",
          layers[stage.layers.lowerBound], layers[stage.layers.upperBound - 1],
        ] + (recomputes ? ["\(stage.recomputed.count)"] : []))
    }
    var lines = Self.table(rows)
    let idle = document.promise.idle.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
    let total = prediction.makespanSeconds * Double(prediction.ranks.count)
    let cause = idle.first.map {
      "\($0.key.replacingOccurrences(of: "_", with: " ")), "
        + String(format: "%.1f %%", 100 * $0.value / max(total, .leastNormalMagnitude))
    }
    lines.append("")
    lines.append(
      "A step takes \(Self.milliseconds(seconds)) by \(choice.order.words) on "
        + "\(plural(choice.plan.worldSize, "rank")), each at most \(bytes.max() ?? 0) bytes; ranks idle "
        + String(format: "%.1f %%", 100 * prediction.bubbleFraction)
        + (cause.map { " of their time, most of it for \($0)" } ?? "") + ".")
    let proof =
      gap == 0
      ? "no plan is faster, whatever the order of actions"
      : "no plan is below \(Self.milliseconds(lowerBound)), so it is at most "
        + String(format: "%.2f %%", 100 * gap) + " above the best"
    let search =
      switch ending {
      case .complete: "every plan was judged or known to be slower"
      case .shortlist: "the plans were too many to judge all"
      case .timeLimit: "the time was up before all were judged"
      case .given: "nothing was looked for"
      }
    lines.append(
      "Of \(plural(judged, "choice")) that were judged it is the fastest: \(proof); \(search).")
    lines.append(
      document.origin.changesBits
        ? "Microbatches or gradient groups are others than the configuration's: bits change."
        : "The bits are those of any other plan of this configuration.")
    let front = document.front
    guard front.count > 1 else { return lines }
    lines += ["", "What no other is better than in ranks, seconds and bytes:"]
    lines += Self.table(
      [["ranks", "ms", "bytes", "schedule", "stages x replicas"]]
        + front.map {
          [
            "\($0.ranks)", String(format: "%.4g", 1e3 * $0.seconds), "\($0.bytes)", $0.schedule,
            $0.plan,
          ]
        })
    return lines
  }

  /// As `3`, `0-3`, or `0,2`.
  private static func words(_ ranks: [Int]) -> String {
    guard let first = ranks.first, ranks.count > 1, ranks == Array(first..<first + ranks.count)
    else { return ranks.map(String.init).joined(separator: ",") }
    return "\(first)-\(first + ranks.count - 1)"
  }

  private static func milliseconds(_ seconds: Double) -> String {
    String(format: "%.4g ms", 1e3 * seconds)
  }

  /// Columns side by side; numbers to the right.
  private static func table(_ rows: [[String]]) -> [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).map { cell, width in
        let blanks = String(repeating: " ", count: width - cell.count)
        return Double(cell) != nil ? blanks + cell : cell + blanks
      }.joined(separator: "  ").trimmingTrailingBlanks
    }
  }
}

extension String {
  fileprivate var trimmingTrailingBlanks: String {
    String(prefix(count - reversed().prefix { $0 == " " }.count))
  }
}
