/// A model cut into stages by a set of layers for each.
///
/// The cut is a function of the graph alone: skip edges over several stages, tied parameters and
/// branches need no special case, for every value that one stage makes and another reads is an
/// `Edge`.
public struct StagedModel: Sendable {
  /// The model that was cut.
  public let model: ModelGraph
  /// The stages, upstream first.
  public let stages: [StageGraph]
  /// What travels between stages, in graph order.
  public let edges: [Edge]
  /// The Float64 scalars that every stage gets to know once a step, in graph order.
  public let exchangedScalars: [ValueID]

  /// Cuts a model.
  ///
  /// Complexity: O(nodes + operands), and O(layers + assignments) for each stage.
  /// - Parameters:
  ///   - model: the model.
  ///   - stageOfLayer: for each layer of the graph, its stage in `0..<stageCount`.
  ///   - stageCount: the number of stages.
  ///   - recomputed: the layers whose values aren't kept for the backward pass, but made again.
  /// - Throws: `GraphError.model` where a stage would need what a later stage makes.
  public init(
    _ model: ModelGraph, stageOfLayer: [Int], stageCount: Int, recomputed: Set<Int> = []
  ) throws(GraphError) {
    precondition(stageOfLayer.count == model.graph.layers.count)
    let cutter = Cutter(model, stageOfLayer, stageCount, recomputed: recomputed)
    self.model = model
    self.edges = try cutter.edges()
    self.exchangedScalars = cutter.exchangedScalars
    self.stages = (0..<stageCount).map(cutter.stage)
  }
}

/// The working data of one cut.
private struct Cutter {
  let model: ModelGraph
  let stageOfLayer: [Int]
  var graph: Graph { model.graph }
  /// For each node its stage; nil for the scalars of the whole objective.
  let stageOfNode: [Int?]
  /// For each node, whether it depends on a scalar of the whole objective.
  let followsExchange: [Bool]
  let exchangedScalars: [ValueID]
  /// The live nodes of each stage, in graph order, and those of the whole objective's updates.
  private let nodesOfStage: [[Int]]
  private let everywhere: [Int]
  /// For each value the first and the last stage that reads it.
  private let readers: [ValueID: ClosedRange<Int>]
  /// What backward nodes make.
  private let gradients: Set<ValueID>
  /// The layers that are recomputed.
  let recomputed: Set<Int>

  init(_ model: ModelGraph, _ stageOfLayer: [Int], _ stageCount: Int, recomputed: Set<Int>) {
    let graph = model.graph
    self.model = model
    self.recomputed = recomputed
    self.stageOfLayer = stageOfLayer
    stageOfNode = graph.nodes.map { $0.layer.map { stageOfLayer[$0] } }
    var nodesOfStage = Array(repeating: [Int](), count: stageCount)
    var everywhere: [Int] = []
    var readers: [ValueID: ClosedRange<Int>] = [:]
    var gradients: Set<ValueID> = []
    for node in graph.nodes {
      if model.passes[node.index] == .backward { gradients.formUnion(node.outputs) }
      guard model.isLive[node.index] else { continue }
      guard let stage = stageOfNode[node.index] else {
        if model.passes[node.index] == .update { everywhere.append(node.index) }
        continue
      }
      nodesOfStage[stage].append(node.index)
      for input in node.inputs {
        let known = readers[input] ?? stage...stage
        readers[input] = min(known.lowerBound, stage)...max(known.upperBound, stage)
      }
    }
    self.nodesOfStage = nodesOfStage
    self.everywhere = everywhere
    self.readers = readers
    self.gradients = gradients
    var follows = Array(repeating: false, count: graph.nodes.count)
    var scalars = Set([model.loss] + (model.correctCount.map { [$0] } ?? []))
    for node in graph.nodes where model.isLive[node.index] && model.passes[node.index] == .update {
      let producers = node.inputs.compactMap { graph[$0].producer }
      follows[node.index] = node.layer == nil || producers.contains { follows[$0] }
      guard node.layer == nil else { continue }
      for input in node.inputs {
        if let producer = graph[input].producer, graph.nodes[producer].layer != nil {
          scalars.insert(input)
        }
      }
    }
    followsExchange = follows
    exchangedScalars = scalars.sorted()
  }

  func edges() throws(GraphError) -> [Edge] {
    let isAssigned = Set(model.assignments.map(\.variable))
    var edges: [Edge] = []
    var seen: Set<Edge> = []
    func add(_ edge: Edge) { if seen.insert(edge).inserted { edges.append(edge) } }

    for node in graph.nodes where model.isLive[node.index] {
      guard let stage = stageOfNode[node.index] else { continue }
      for input in node.inputs {
        if let producer = graph[input].producer {
          guard let source = stageOfNode[producer], source != stage else { continue }
          let kind = kind(of: input, from: producer)
          let isDownstream = source < stage
          guard (kind == .activation) == isDownstream || kind == .contribution else {
            throw .model(
              problem: "stage \(stage) needs \(node.op) operands from stage \(source), but "
                + "activations go downstream and gradients upstream: put the layers in order")
          }
          add(Edge(kind: kind, value: input, from: source, to: stage))
        } else if isAssigned.contains(input), let owner = graph.owner(of: input) {
          let source = stageOfLayer[owner]
          if source != stage {
            add(Edge(kind: .parameter, value: input, from: source, to: stage))
          }
        }
      }
    }
    return edges
  }

  private func kind(of value: ValueID, from producer: Int) -> Edge.Kind {
    switch model.passes[producer] {
    case .forward: .activation
    case .backward: graph.type(of: value).isPerSample ? .gradient : .contribution
    case .update: .contribution
    }
  }

  func stage(_ index: Int) -> StageGraph {
    let own = nodesOfStage[index].map { graph.nodes[$0] }
    func nodes(_ pass: Pass) -> [Node] { own.filter { model.passes[$0.index] == pass } }
    let roundings = nodes(.forward).filter(isRounding)
    let forward = nodes(.forward).filter { !isRounding($0) }
    let (backward, update) = (nodes(.backward), nodes(.update))

    // I: what the gradients sent upstream depend on.
    func isLeaving(_ value: ValueID) -> Bool { readers[value].map { $0 != index...index } ?? false }
    var upstreamWaits: Set<ValueID> = []
    var inputGradient: [Int] = []
    for node in backward.reversed() {
      let isWaitedFor = node.outputs.contains {
        upstreamWaits.contains($0) || (isLeaving($0) && graph.type(of: $0).isPerSample)
      }
      guard isWaitedFor else { continue }
      inputGradient.append(node.index)
      upstreamWaits.formUnion(node.inputs)
    }
    let isInput = Set(inputGradient)

    let made = Set(backward.flatMap(\.outputs))
    let perMicrobatch = roundings + forward + backward
    let read = Set(perMicrobatch.flatMap(\.inputs)).sorted()
    let sums = perMicrobatch.flatMap(\.outputs).filter(graph.isSumOverSamples)
    let stash = Set(backward.flatMap(\.inputs)).sorted().filter {
      graph.type(of: $0).isPerSample && !made.contains($0) && !gradients.contains($0)
    }
    let again = ForwardAgain(
      of: stash, forward: forward, leaving: Set(forward.flatMap(\.outputs).filter(isLeaving)),
      layers: recomputed, in: graph)
    return StageGraph(
      index: index,
      layers: stageOfLayer.indices.filter { stageOfLayer[$0] == index },
      roundings: roundings.map(\.index),
      forward: forward.map(\.index),
      inputGradient: inputGradient.reversed(),
      weightGradient: backward.map(\.index).filter { !isInput.contains($0) },
      updateBeforeExchange: update.map(\.index).filter { !followsExchange[$0] },
      everywhere: everywhere,
      updateAfterExchange: update.map(\.index).filter { followsExchange[$0] },
      microbatchVariables: read.filter { graph[$0].role != nil && graph.type(of: $0).isPerSample },
      parameters: read.filter { graph[$0].isParameter },
      assignments: model.assignments.filter { stage(making: $0.value) == index },
      recompute: again.nodes,
      stash: again.kept,
      recomputed: again.values,
      told: model.tellsOutputs && stage(making: model.outputs) == index ? [model.outputs] : [],
      contributions: sums.filter { graph.type(of: $0).element == .float32 },
      sampleScalars: sums.filter { graph.type(of: $0).element == .float64 })
  }

  /// Whether a node rounds a variable that all samples share: one that a step doesn't change before its
  /// end.
  private func isRounding(_ node: Node) -> Bool {
    guard let convert = node.op as? Convert, convert.element == .bfloat16 else { return false }
    return graph[node.inputs[0]].role != nil && !graph.type(of: node.inputs[0]).isPerSample
  }

  /// The stage that makes a value; nil for a variable and for scalars of the whole objective.
  private func stage(making value: ValueID) -> Int? {
    guard let producer = graph[value].producer else { return nil }
    return stageOfNode[producer]
  }
}
