internal import Foundation
public import PartitaFiles
internal import PartitaSchedule
public import PartitaSimulator

extension Prediction {
  /// The prediction as one object.
  /// - Parameter memory: the bytes that each rank takes, where they are known.
  public func json(memory: [Int]?) -> JSON {
    [
      "makespan_seconds": .number(makespanSeconds), "bubble_fraction": .number(bubbleFraction),
      "span_bubble_fraction": .number(spanBubbleFraction),
      "peak_stash": .array(ranks.map { .integer($0.peakStash) }),
      "peak_stash_bytes": .array(ranks.map { .integer($0.peakStashBytes) }),
      "peak_memory_bytes": memory.map { .array($0.map { .integer($0) }) } ?? .null,
      "critical_path": .array(
        criticalPath.map {
          [
            "rank": .integer($0.rank), "action": .string($0.label), "seconds": .number($0.seconds),
          ]
        }),
      "ranks": .array(
        ranks.map { rank in
          [
            "busy_seconds": .number(rank.busySeconds),
            "compute_seconds": .number(rank.computeSeconds),
            "first_start": .number(rank.firstStart), "last_end": .number(rank.lastEnd),
            "idle_seconds": [
              "fill_and_drain": .number(rank.idle.fillAndDrain),
              "imbalance": .number(rank.idle.imbalance), "messages": .number(rank.idle.messages),
              "reduction": .number(rank.idle.reduction), "memory": .number(rank.idle.memory),
            ],
          ]
        }),
    ]
  }

  /// The prediction for people: the step, then a line for each rank (the first 16).
  public var words: String {
    func number(_ value: Double, _ width: Int = 11) -> String {
      let text = String(format: "%.6g", value)
      return String(repeating: " ", count: max(0, width - text.count)) + text
    }
    func percent(_ value: Double) -> String { String(format: "%.2f %%", 100 * value) }
    var lines = [
      "step \(number(makespanSeconds, 0)) s; bubble \(percent(bubbleFraction)) of the makespan, "
        + "\(percent(spanBubbleFraction)) of the span",
      "rank       busy  fill+drain   imbalance    messages   reduction      memory  stash",
    ]
    for (index, rank) in ranks.prefix(16).enumerated() {
      let idle = rank.idle
      let causes = [
        idle.fillAndDrain, idle.imbalance, idle.messages, idle.reduction, idle.memory,
      ]
      let label = "\(index)".padded(to: 4)
      lines.append(
        label + number(rank.busySeconds) + causes.map { number($0, 12) }.joined()
          + String(repeating: " ", count: max(1, 7 - "\(rank.peakStash)".count))
          + "\(rank.peakStash)")
    }
    if ranks.count > 16 { lines.append("... and \(ranks.count - 16) ranks more") }
    let path = criticalPath.prefix(12).map { "rank \($0.rank) \($0.label)" }
    let rest = criticalPath.count > 12 ? ", ... (\(criticalPath.count) in all)" : ""
    lines.append("critical path: \(path.joined(separator: ", "))\(rest)")
    return lines.joined(separator: "\n")
  }
}

extension ScheduleSearch.Found {
  /// How good it is, for people.
  public var words: String {
    let gap = makespan > 0 ? 100 * (makespan - lowerBound) / makespan : 0
    let best =
      bestNamed.flatMap { name in
        bestNamedMakespan.map { "\(name) takes \(String(format: "%.6g", $0)) s" }
      } ?? "no named schedule fits"
    return String(
      format: "found: %.6g s; no schedule within the limit is shorter than %.6g s (gap %.2f %%); ",
      makespan, lowerBound, gap) + best
  }
}
