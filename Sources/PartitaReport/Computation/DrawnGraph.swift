internal import PartitaGraph

/// Which nodes and values of a model's graph are drawn, and which stands for which.
///
/// Drawn is what J depends on, without what only counts samples and keys random numbers. The mean over
/// the samples belongs to the loss that it is of. Layers that repeat are drawn once. Where J sums many
/// weights' penalties, one circle stands for all.
struct DrawnGraph {
  /// The model.
  let model: ModelGraph
  /// Whether J depends on a node.
  let isNeeded: [Bool]
  /// For each node the node that stands for it.
  private(set) var nodes: [Int]
  /// For each value the value that stands for it.
  private(set) var values: [ValueID]
  /// The layers that repeat.
  let folding: LayerFolding
  /// The weights that count in s, where one circle stands for all their penalties.
  private(set) var decayed: Set<ValueID> = []
  /// For each value the nodes that read it or what it stands for, without those that others stand for.
  private(set) var readers: [ValueID: [Int]] = [:]
  /// s, where J is a sum of it; nil without.
  let penalty: ValueID?

  /// What is read by nodes that are needed, and of that what a mean over the samples reads.
  private let read: Set<ValueID>, meant: Set<ValueID>

  /// So many penalties have a circle each.
  static let penaltiesAlone = 4
  /// Layers that repeat are folded in drawings of more nodes than this.
  static let nodesUnfolded = 40

  /// Chooses.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - stages: for each layer its stage; empty for none.
  ///   - unfolds: whether every layer is drawn.
  init(_ model: ModelGraph, stages: [Int], unfolds: Bool) {
    let graph = model.graph
    self.model = model
    isNeeded = graph.isNeeded(for: [model.objective])
    nodes = Array(graph.nodes.indices)
    values = graph.values.map(\.id)
    penalty =
      model.objective == model.loss
      ? nil
      : graph[model.objective].producer.flatMap { graph.nodes[$0].inputs.last }
    let isNeeded = isNeeded
    let drawn = graph.nodes.filter { isNeeded[$0.index] }
    read = Set(drawn.flatMap(\.inputs))
    meant = Set(
      drawn.filter { $0.inputs.contains { graph[$0].role == .sampleWeight } }.flatMap(\.inputs))
    var ofLayers = Array(repeating: [Int](), count: graph.layers.count)
    for node in drawn { if let layer = node.layer { ofLayers[layer].append(node.index) } }
    folding =
      unfolds || drawn.count <= Self.nodesUnfolded
      ? LayerFolding() : LayerFolding(graph, nodes: ofLayers, stages: stages)
    for layer in ofLayers.indices where folding.shown(layer) != layer {
      for (own, shown) in zip(ofLayers[layer], ofLayers[folding.shown(layer)]) {
        nodes[own] = shown
        let (node, other) = (graph.nodes[own], graph.nodes[shown])
        for (value, twin) in zip(node.outputs, other.outputs) { values[value.index] = twin }
        for (value, twin) in zip(node.inputs, other.inputs) where graph[value].isWeight {
          values[value.index] = twin
        }
      }
    }
    mergeMeans(drawn)
    mergePenalties(drawn)
    for node in drawn where nodes[node.index] == node.index {
      for input in Set(node.inputs.map { values[$0.index] }) {
        readers[input, default: []].append(node.index)
      }
    }
  }

  /// Whether one circle stands for many penalties and their sum.
  func isSumOfMany(_ node: Node) -> Bool {
    !decayed.isEmpty && penalty.map { node.outputs.contains($0) } ?? false
  }

  /// The mean over the samples is part of what it is the mean of.
  private mutating func mergeMeans(_ drawn: [Node]) {
    let graph = model.graph
    for node in drawn where node.inputs.contains(where: { graph[$0].role == .sampleWeight }) {
      guard let operand = node.inputs.first(where: { graph[$0].role == nil }),
        let producer = graph[operand].producer
      else { continue }
      nodes[node.index] = nodes[producer]
    }
  }

  /// Many penalties are one.
  private mutating func mergePenalties(_ drawn: [Node]) {
    let graph = model.graph
    guard let penalty, let sum = graph[penalty].producer else { return }
    let penalties = drawn.filter { isOnce($0) && $0.inputs.contains { graph[$0].isParameter } }
    let shown = Set(penalties.map { nodes[$0.index] })
    guard shown.count > Self.penaltiesAlone else { return }
    for node in penalties {
      nodes[node.index] = sum
      decayed.formUnion(node.inputs.map { values[$0.index] })
    }
  }

  /// Whether a node runs once a step, not once a microbatch.
  func isOnce(_ node: Node) -> Bool { model.passes[node.index] == .update }

  /// Whether a node is drawn itself.
  func isDrawn(_ node: Node) -> Bool { isNeeded[node.index] && nodes[node.index] == node.index }

  /// Whether a value has a box: variables that the textbook has too, and results that have a name or
  /// exist for samples.
  func isDrawn(_ id: ValueID) -> Bool {
    let value = model.graph[id]
    guard values[id.index] == id else { return false }
    switch value.role {
    case .input, .label, .parameter, .running, .state, .direction: return true
    case .sampleWeight, .sampleIndex, .step, .setting: return false
    case nil: break
    }
    guard let producer = value.producer, isNeeded[producer] else { return false }
    if id == model.objective || id == model.loss || id == penalty { return true }
    let node = model.graph.nodes[producer]
    // A value that is merged away with its mean, or a penalty before the sum.
    if isOnce(node) || meant.contains(id) { return false }
    return id == node.outputs.first || read.contains(id)
  }
}
