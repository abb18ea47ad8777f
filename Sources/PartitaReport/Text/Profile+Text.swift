internal import Foundation
internal import PartitaGraph
public import PartitaPlan

extension Profile {
  /// The medians in microseconds, a line for each layer.
  public var table: [String] {
    func row(_ name: String, _ columns: [String]) -> String {
      name.padded(to: 18)
        + columns.map { String(repeating: " ", count: max(1, 11 - $0.count)) + $0 }.joined()
    }
    func microseconds(_ seconds: Double) -> String { String(format: "%.2f", seconds * 1e6) }
    let samples = setting.samples
    var lines = [
      "\(kind.rawValue) on \(device): microseconds of a microbatch of \(samples), of an update",
      row("layer", ["F", "I", "W", "B", "update"]),
    ]
    for layer in layers {
      let work = LayerWork.allCases.map {
        microseconds(layer.seconds($0, samples: samples))
      }
      lines.append(
        row(
          layer.name, work + [microseconds(layer.update.median + layer.finish.median)]))
    }
    for link in messages?.links ?? [] {
      let curve = link.curve
      guard let last = curve.points.last else { continue }
      lines.append(
        "rank \(link.from) to \(link.to): \(microseconds(curve.latencySeconds)) us, "
          + String(format: "%.2f GB/s", Double(last.bytes) / last.seconds.median * 1e-9))
    }
    return lines
  }
}
