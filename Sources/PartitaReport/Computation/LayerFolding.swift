internal import PartitaGraph

/// Groups of layers that repeat, one behind the other: drawn once.
///
/// Layers are equal when they compute the same with operands of the same kind from the same places,
/// counted from the layer itself; their names don't matter.
struct LayerFolding {
  /// Layers that repeat.
  struct Run: Hashable {
    /// The first layer, the layers of a group, and the groups.
    var first, period, count: Int
  }

  /// The runs, in the order of their layers.
  private(set) var runs: [Run] = []

  /// Nothing folded.
  init() {}

  /// Finds runs.
  ///
  /// Complexity: O(layers · period), periods up to 64 layers.
  /// - Parameters:
  ///   - graph: the graph.
  ///   - nodes: for each layer, its nodes that are drawn.
  ///   - stages: for each layer its stage; layers of different stages are different.
  init(_ graph: Graph, nodes: [[Int]], stages: [Int]) {
    let signatures = Self.signatures(graph, nodes: nodes, stages: stages)
    let reach = Self.reach(graph, nodes: nodes)
    // A group but the last hands what it makes to the next group alone.
    func isClosed(_ run: Run) -> Bool {
      (run.first..<run.first + run.period * (run.count - 1)).allSatisfy { layer in
        let group = (layer - run.first) / run.period
        return reach[layer] < run.first + run.period * (group + 2)
      }
    }
    var first = 0
    while first < signatures.count {
      var best: Run?
      for period in 1...max(1, min(64, (signatures.count - first) / 2)) {
        var equal = 0
        while first + period + equal < signatures.count,
          signatures[first + equal] == signatures[first + period + equal]
        { equal += 1 }
        let count = 1 + equal / period
        let run = Run(first: first, period: period, count: count)
        guard count >= 2, (count - 1) * period > best.map({ ($0.count - 1) * $0.period }) ?? 0,
          isClosed(run)
        else { continue }
        best = run
      }
      if let best { runs.append(best) }
      first += best.map { $0.count * $0.period } ?? 1
    }
  }

  /// The layer that stands for a layer in the drawing.
  func shown(_ layer: Int) -> Int {
    guard
      let run = runs.first(where: { ($0.first..<$0.first + $0.period * $0.count).contains(layer) })
    else { return layer }
    return run.first + (layer - run.first) % run.period
  }

  /// For each layer, the last that reads what it makes.
  private static func reach(_ graph: Graph, nodes: [[Int]]) -> [Int] {
    var reach = Array(nodes.indices)
    for (layer, own) in nodes.enumerated() {
      for input in own.flatMap({ graph.nodes[$0].inputs }) {
        guard let maker = graph[input].producer.flatMap({ graph.nodes[$0].layer }) else { continue }
        reach[maker] = max(reach[maker], layer)
      }
    }
    return reach
  }

  /// What each layer computes, equal for equal layers.
  private static func signatures(_ graph: Graph, nodes: [[Int]], stages: [Int]) -> [Int] {
    let readers = graph.readers()
    var known: [String: Int] = [:]
    return nodes.enumerated().map { layer, own in
      let place = Dictionary(uniqueKeysWithValues: own.enumerated().map { ($1, $0) })
      var variables: [ValueID: Int] = [:]
      func words(_ id: ValueID) -> String {
        let value = graph[id]
        if let producer = value.producer {
          if let place = place[producer] {
            return "\(place).\(id.index - graph.nodes[producer].outputs[0].index)"
          }
          let distance = graph.nodes[producer].layer.map { layer - $0 } ?? -1
          return "back \(distance) \(value.type)"
        }
        let isOwn = readers[id.index].allSatisfy {
          graph.nodes[$0].layer == layer || graph.nodes[$0].layer == nil
        }
        guard isOwn, value.isWeight else { return value.name }
        variables[id] = variables[id] ?? variables.count
        return "own \(variables[id] ?? 0) \(value.type)"
      }
      let text =
        own.map { index in
          let node = graph.nodes[index]
          return "\(node.op)(\(node.inputs.map(words).joined(separator: ",")))"
            + node.outputs.map { "\(graph.type(of: $0))" }.joined()
        }.joined(separator: ";") + " @\(layer < stages.count ? stages[layer] : 0)"
      if let number = known[text] { return number }
      known[text] = known.count
      return known.count - 1
    }
  }
}
