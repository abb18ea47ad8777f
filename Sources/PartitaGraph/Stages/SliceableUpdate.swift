/// The update of one weight, and of what the optimizer remembers of it, where it can be cut between
/// blocks of `SquaredNorm.blockSize` elements: every replica of a stage can update a slice.
public struct SliceableUpdate: Hashable, Sendable {
  /// The sum over samples that the update reads, made in the layer that owns the weight: where it is
  /// cut, the update is.
  public let gradient: ValueID
  /// Elements of the weight.
  public let count: Int
  /// Its nodes, in graph order.
  public let nodes: [Int]
  /// What it assigns.
  public let assignments: [Assignment]
}

extension StagedModel {
  /// The updates of a stage that can be cut, in the order of their gradients.
  ///
  /// Nodes that share an array belong to one update. It can be cut where each of its nodes can, where
  /// its norms are read by the scalars of the whole objective alone, and where nothing of it leaves the
  /// stage. Which weights that are doesn't depend on the cut of the model.
  /// Complexity: O(nodes of the stage's updates), but for updates that a later node makes one.
  public func sliceableUpdates(ofStage index: Int) -> [SliceableUpdate] {
    let (graph, stage) = (model.graph, stages[index])
    let nodes = (stage.updateBeforeExchange + stage.updateAfterExchange).sorted()
    var updates: [Int: Joined] = [:]
    var updateOfArray: [ValueID: Int] = [:]
    for node in nodes.map({ graph.nodes[$0] }) {
      let arrays = graph.arrays(of: node)
      guard !arrays.isEmpty else { continue }
      var joined = Joined(arrays: arrays, nodes: [])
      for other in Set(arrays.compactMap { updateOfArray[$0] }).sorted() {
        guard let update = updates.removeValue(forKey: other) else { continue }
        joined.arrays.formUnion(update.arrays)
        joined.nodes += update.nodes
      }
      joined.nodes.append(node.index)
      updates[node.index] = joined
      for array in joined.arrays { updateOfArray[array] = node.index }
    }
    let leaving = Set(edges.filter { $0.from == index && $0.kind == .contribution }.map(\.value))
    let read = Set(nodes.flatMap { graph.nodes[$0].inputs })
    let assigned = Dictionary(
      stage.assignments.map { ($0.value, $0) }, uniquingKeysWith: { first, _ in first })
    let contributions = Set(stage.contributions)
    return updates.values.compactMap { update in
      guard update.arrays.isDisjoint(with: leaving), graph.canSlice(update.nodes, read: read) else {
        return nil
      }
      let assignments = update.nodes.sorted().flatMap { graph.nodes[$0].outputs }
        .compactMap { assigned[$0] }
      let weight = assignments.first { graph[$0.variable].isWeight }
      let owner = weight.flatMap { graph[$0.value].producer }.map { graph.nodes[$0].layer }
      let gradient = update.arrays.filter {
        contributions.contains($0) && graph[$0].producer.map { graph.nodes[$0].layer } == owner
      }.min()
      return gradient.map {
        SliceableUpdate(
          gradient: $0, count: graph.type(of: $0).shape.count, nodes: update.nodes.sorted(),
          assignments: assignments)
      }
    }.sorted { $0.gradient < $1.gradient }
  }
}

/// Nodes that share arrays.
private struct Joined {
  var arrays: Set<ValueID>
  var nodes: [Int]
}

extension Graph {
  /// The Float32 operands and results of a node that aren't scalars beside arrays.
  fileprivate func arrays(of node: Node) -> Set<ValueID> {
    let operands =
      switch node.op.slicing {
      case .elementwise(let arrays): node.inputs.prefix(arrays)
      case .squares, nil: node.inputs[...]
      }
    return Set((operands + node.outputs).filter { type(of: $0).element == .float32 })
  }

  /// Whether nodes can be cut together.
  /// - Parameter read: what the stage's updates read.
  fileprivate func canSlice(_ nodes: [Int], read: Set<ValueID>) -> Bool {
    let shapes = Set(nodes.flatMap { arrays(of: self.nodes[$0]) }.map { type(of: $0).shape })
    guard shapes.count == 1 else { return false }
    return nodes.allSatisfy { index in
      let node = self.nodes[index]
      return switch node.op.slicing {
      case .elementwise: node.outputs.count == 1
      case .squares: !node.outputs.contains(where: read.contains)
      case nil: false
      }
    }
  }
}
