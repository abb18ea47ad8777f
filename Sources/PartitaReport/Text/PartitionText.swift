internal import Foundation
internal import PartitaPlan
internal import PartitaPlanner
public import PartitaWorkload

/// What a person reads of a plan: a table of its parts, and three sentences.
public struct PartitionText {
  /// The lines.
  public let lines: [String]

  /// - Throws: `WorkloadError` where the plan isn't one of the workload.
  public init(_ document: PartitionDocument, _ workload: Workload) throws(WorkloadError) {
    let parts = try document.result(for: workload).partition
    let values = try workload.model(document.request).values(of: parts)
    lines =
      Self.table(parts, values, workload) + [""]
      + [
        Self.value(document, parts, workload), Self.bound(document, workload),
        Self.bottleneck(parts, values, workload),
      ]
  }

  private static func table(
    _ partition: Partition, _ values: [Double], _ workload: Workload
  ) -> [String] {
    var rows = [[workload.partWord, "devices", "nodes", "first", "last", workload.shortUnit]]
    for (index, part) in partition.parts.enumerated() {
      let (first, last) = workload.ends(of: part)
      rows.append([
        "\(index)", part.deviceWords, "\(part.nodes.count)", first, last, digits(values[index]),
      ])
    }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let blanks = String(repeating: " ", count: widths[column] - cell.count)
        return column == 2 || column == 5 ? blanks + cell : cell + blanks
      }
      return cells.joined(separator: "  ")
    }
  }

  private static func value(
    _ document: PartitionDocument, _ partition: Partition, _ workload: Workload
  ) -> String {
    let cpus = partition.parts.count { $0.deviceKind == .cpu }
    let count = "\(partition.devices) of \(document.request.devices) devices"
    return "\(workload.name) takes \(digits(document.value)) \(workload.unit) in "
      + "\(plural(partition.parts.count, workload.partWord)) on \(count)"
      + (cpus > 0 ? " and \(plural(cpus, "CPU"))" : "")
      + (document.method == .optimal ? "." : ", by the method '\(document.method.rawValue)'.")
  }

  private static func bound(_ document: PartitionDocument, _ workload: Workload) -> String {
    if document.isOptimal {
      return "It is optimal: no \(document.kindOfPartition) takes less, by \(document.proof)."
    }
    return "No \(document.kindOfPartition) takes less than \(digits(document.lowerBound)), by "
      + "\(document.proof): at most \(document.gapWords) could be saved."
  }

  private static func bottleneck(
    _ partition: Partition, _ values: [Double], _ workload: Workload
  ) -> String {
    guard let most = values.max(), let index = values.firstIndex(of: most) else { return "" }
    let part = partition.parts[index]
    let (first, last) = workload.ends(of: part)
    let all = partition.parts.reduce(0) { $0 + $1.devices }
    let busy = zip(partition.parts, values).reduce(0) { $0 + Double($1.0.devices) * $1.1 }
    let share = most > 0 ? 100 * busy / (most * Double(max(1, all))) : 100
    return "\(workload.partWord.capitalized) \(index) is the bottleneck, "
      + "\(plural(part.nodes.count, "node")) from '\(first)' to '\(last)' on \(part.deviceSentence); "
      + String(format: "the devices in use are busy for %.1f %% of that time.", share)
  }

  private static func plural(_ count: Int, _ word: String) -> String {
    "\(count) \(word)\(count == 1 ? "" : "s")"
  }
}

/// Six digits of a number.
private func digits(_ value: Double) -> String { String(format: "%.6g", value) }

extension PartitionDocument {
  /// What the bound speaks of.
  public var kindOfPartition: String {
    partitionClass == .contiguous ? "contiguous partition" : "partition of any kind"
  }

  /// The gap in per cent.
  public var gapWords: String { String(format: "%.3g %%", 100 * gap) }

  /// The certificate, for a person.
  public var proof: String {
    switch certificate {
    case .labels(_, let needs): "labels of \(needs.count) prefixes"
    case .relaxation(let formula, _): "the formula '\(formula)'"
    case .enumeration: "enumeration"
    }
  }
}

extension Partition.Part {
  /// As "3 x 2": replicas, each across so many devices.
  fileprivate var deviceWords: String {
    switch (deviceKind, tensorDegree) {
    case (.cpu, _): "CPU"
    case (.accelerator, 1): "\(replicas)"
    case (.accelerator, let degree): "\(replicas) x \(degree)"
    }
  }

  /// The same within a sentence.
  fileprivate var deviceSentence: String {
    if deviceKind == .cpu { return "a CPU" }
    return devices == 1 ? "1 device" : "\(deviceWords) devices"
  }
}

extension Workload {
  fileprivate var unit: String {
    switch costs {
    case .pipedream: "s a minibatch"
    case .placement: "ms on the busiest device"
    case .piper: "s a sample"
    }
  }

  fileprivate var shortUnit: String {
    if case .placement = costs { "ms" } else { "seconds" }
  }

  fileprivate var partWord: String {
    if case .placement = costs { "part" } else { "stage" }
  }

  /// The first and the last node of a part, in topological order.
  fileprivate func ends(of part: Partition.Part) -> (first: String, last: String) {
    let nodes = Set(part.nodes)
    let first = graph.topologicalOrder.first { nodes.contains($0) }
    let last = graph.topologicalOrder.last { nodes.contains($0) }
    return (first.map { graph.ids[$0] } ?? "-", last.map { graph.ids[$0] } ?? "-")
  }
}
