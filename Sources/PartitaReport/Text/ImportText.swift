public import PartitaFiles
public import PartitaONNX

/// What an imported network is, for people and as JSON.
public struct ImportText {
  private let network: ImportedNetwork
  private let file: String

  /// Words on a network.
  public init(_ network: ImportedNetwork, file: String) {
    self.network = network
    self.file = file
  }

  /// All in short, a line for each operator, and what can be done with it.
  public var lines: [String] {
    var lines = [
      "\(file): \(network.costs.count) layers, \(NumberText.count(network.parameters)) parameters "
        + "(\(NumberText.bytes(4 * network.parameters))), \(operations(network.operations)) forward for a "
        + "sample",
      "opset \(network.graph.opset)"
        + (network.graph.producer.isEmpty ? "" : ", written by \(network.graph.producer)"),
    ]
    for (title, ports) in [("input", network.inputs), ("output", network.outputs)] {
      for port in ports { lines.append("\(title) \(port.name): \(port.type) \(port.type.element)") }
    }
    lines.append("")
    lines.append(
      row("operator", ["layers", "parameters", "statistics", "operations", "bytes out"]))
    for total in totals {
      lines.append(
        row(
          total.operation,
          [total.layers, total.parameters, total.statistics, total.operations, total.bytes]
            .map(NumberText.count)))
    }
    lines.append("")
    if let problem = network.onPaper {
      lines.append("It can be planned, and not run: \(problem)")
    } else {
      lines.append("It can be planned, and trains from the file's weights.")
      if network.leavesSoftmaxOut {
        lines.append("Its last softmax is left to the loss, which has one: outputs are its logits.")
      }
    }
    return lines
  }

  /// A line for each layer.
  public var layerLines: [String] {
    let width = min(48, max(8, (network.costs.map(\.name.count).max() ?? 0) + 2))
    let lines = network.costs.map { cost in
      cost.name.padded(to: width) + cost.operation.padded(to: 20)
        + row("", [cost.elements, cost.operations, cost.bytes].map(NumberText.count), width: 0)
        + "  " + cost.shapes.map { TensorType(.float32, $0).description }.joined(separator: " ")
    }
    let title =
      "layer".padded(to: width) + "operator".padded(to: 20)
      + row("", ["parameters", "operations", "bytes out"], width: 0) + "  shapes"
    return [title] + lines
  }

  /// The same as an object; all numbers are those of one sample.
  public var json: JSON {
    [
      "file": .string(file), "opset": .integer(network.graph.opset),
      "parameters": .integer(network.parameters),
      "forward_flops": .integer(network.operations),
      "runs": .bool(network.onPaper == nil),
      "problem": network.onPaper.map { .string($0) } ?? .null,
      "layers": .array(
        network.costs.map { cost in
          [
            "name": .string(cost.name), "operator": .string(cost.operation),
            "parameters": .integer(cost.elements),
            "statistics": .integer(cost.statistics),
            "forward_flops": .integer(cost.operations),
            "output_bytes": .integer(cost.bytes),
            "reads": .array(
              cost.sources.map { .string($0.map { network.costs[$0].name } ?? "input") }),
          ]
        }),
    ]
  }

  private struct Total {
    let operation: String
    var layers = 0, parameters = 0, statistics = 0, operations = 0, bytes = 0
  }

  /// What each operator comes to, the most work first; weights that layers share count at the first.
  private var totals: [Total] {
    var totals: [String: Total] = [:]
    var counted: Set<String> = []
    for cost in network.costs {
      var total = totals[cost.operation] ?? Total(operation: cost.operation)
      total.layers += 1
      for weight in cost.weights where counted.insert(weight.name).inserted {
        total.parameters += weight.elements
      }
      total.statistics += cost.statistics
      total.operations += cost.operations
      total.bytes += cost.bytes
      totals[cost.operation] = total
    }
    return totals.values.sorted {
      ($1.operations, $1.layers, $0.operation) < ($0.operations, $0.layers, $1.operation)
    }
  }

  private func row(_ name: String, _ columns: [String], width: Int = 22) -> String {
    (width == 0 ? "" : name.padded(to: width))
      + columns.map { String(repeating: " ", count: max(1, 15 - $0.count)) + $0 }.joined()
  }

  private func operations(_ count: Int) -> String {
    count < 1_000_000
      ? "\(NumberText.count(count)) operations"
      : count < 1_000_000_000
        ? "\(NumberText.fixed(Double(count) / 1e6, 2)) million operations"
        : "\(NumberText.fixed(Double(count) / 1e9, 3)) billion operations"
  }
}

extension LayerCosts {
  /// Numbers in the layer's trained weights.
  fileprivate var elements: Int { weights.reduce(0) { $0 + $1.elements } }
}
