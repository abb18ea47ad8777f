public import PartitaGraph

/// What second derivatives cost, before any is computed: the graphs of J, of its gradient and of H·v side by
/// side, and what the vectors need.
public struct CurvatureCost: Hashable, Sendable {
  /// What it takes to compute something once, over all samples of the batch.
  public struct Work: Hashable, Sendable {
    /// Nodes that it depends on.
    public let nodes: Int
    /// Their operands: arrows of the graph.
    public let edges: Int
    /// Floating-point operations, of each microbatch and once a step.
    public let flops: Int
    /// Bytes that a microbatch keeps from its forward for its backward pass, of the largest one.
    public let keptBytes: Int
  }

  /// A parameter, whose numbers stand together in a vector.
  public struct Part: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// How many numbers it has.
    public let count: Int
  }

  /// J.
  public let objective: Work
  /// dJ/dW for each parameter, with J.
  public let gradient: Work
  /// H·v, with J.
  public let product: Work
  /// The parameters, in the order of a vector.
  public let parts: [Part]
  /// What is asked.
  public let request: CurvatureRequest
  /// Bytes of a number of a vector.
  public let numberBytes: Int

  /// Counts.
  ///
  /// Complexity: O(nodes + operands).
  /// - Parameters:
  ///   - model: a network with products of its Hessian.
  ///   - request: what is asked.
  ///   - microbatches: the samples of each.
  ///   - numberBytes: of a number of a vector: 4 on a device, 8 in Float64.
  /// - Throws: `GraphError.mixesSamples` where a microbatch would need a sum over all samples.
  public init(
    of model: ModelGraph, _ request: CurvatureRequest, microbatches: [Int], numberBytes: Int = 4
  ) throws(GraphError) {
    let graph = model.graph
    func work(_ wanted: [ValueID]) throws(GraphError) -> Work {
      try Work(model.graph, for: wanted + [model.objective], microbatches: microbatches)
    }
    objective = try work([])
    gradient = try work(Array(model.gradients.values))
    product = try work(model.assignments.map(\.value))
    parts = graph.parameters.map {
      Part(name: graph[$0].name, count: graph.type(of: $0).shape.count)
    }
    self.request = request
    self.numberBytes = numberBytes
  }

  /// The number of parameters, p.
  public var dimension: Int { parts.reduce(0) { $0 + $1.count } }
  /// Products of H that the study takes, at most.
  public var products: Int { request.products(dimension: dimension) }
  /// Vectors that are kept at one time.
  public var vectors: Int { request.vectors(dimension: dimension) }
  /// Bytes of a vector, on all ranks together.
  public var vectorBytes: Int { .product(dimension, numberBytes) }
  /// Bytes of the vectors that are kept.
  public var keptVectorBytes: Int { .product(vectors, vectorBytes) }
  /// Numbers of the full Hessian, p²; it takes p products.
  public var matrixNumbers: Int { .product(dimension, dimension) }
}

extension CurvatureCost.Work {
  /// Of a part of a graph.
  fileprivate init(
    _ graph: Graph, for wanted: [ValueID], microbatches: [Int]
  ) throws(GraphError) {
    let isLive = graph.isNeeded(for: wanted)
    let passes = try graph.passes(live: isLive)
    let live = graph.nodes.filter { isLive[$0.index] }
    nodes = live.count
    edges = live.reduce(0) { $0 + $1.inputs.count }
    func flops(_ node: Node, _ samples: Int) -> Int {
      node.op.flops(
        inputs: node.inputs.map { graph.type(of: $0) },
        outputs: node.outputs.map { graph.type(of: $0) }, samples: samples)
    }
    self.flops = live.reduce(0) { sum, node in
      guard passes[node.index] != .update else { return .sum(sum, flops(node, 1)) }
      return microbatches.reduce(sum) { .sum($0, flops(node, $1)) }
    }
    let backward = live.filter { passes[$0.index] == .backward }
    let kept = Set(backward.flatMap(\.inputs)).subtracting(backward.flatMap(\.outputs))
    let largest = microbatches.max() ?? 0
    keptBytes = kept.reduce(0) { sum, value in
      let type = graph.type(of: value)
      return type.isPerSample ? .sum(sum, type.bytes(samples: largest)) : sum
    }
  }
}
