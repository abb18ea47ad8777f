import PartitaGraph
import PartitaPlanner
import PartitaWorkload

/// Small workloads that baselines are tested on.
enum BaselineWorkloads {
  /// A graph of nodes named a, b, c ...
  static func graph(_ count: Int, _ edges: [(Int, Int)], bytes: Double = 0) throws -> WorkloadGraph
  {
    try WorkloadGraph(
      ids: (0..<count).map { "n\($0)" },
      edges: edges.map { WorkloadGraph.Edge(from: $0.0, to: $0.1, bytes: bytes) })
  }

  /// Nodes in a row under PipeDream's model.
  static func chain(
    seconds: [Double], activations: [Double]? = nil, parameters: [Double]? = nil
  ) throws -> Workload {
    try pipedream(
      zip(seconds.indices, seconds.indices.dropFirst()).map { ($0, $1) }, seconds: seconds,
      activations: activations, parameters: parameters)
  }

  /// Any graph under PipeDream's model.
  static func pipedream(
    _ edges: [(Int, Int)], seconds: [Double], activations: [Double]? = nil,
    parameters: [Double]? = nil
  ) throws -> Workload {
    let zeros = seconds.map { _ in 0.0 }
    return Workload(
      name: "small", graph: try graph(seconds.count, edges),
      costs: .pipedream(
        PipedreamCosts(
          seconds: seconds, activationBytes: activations ?? zeros,
          parameterBytes: parameters ?? zeros)))
  }

  /// A random graph under PipeDream's model; its first node leads to all others.
  static func random(seed: UInt64, nodes: Int) throws -> Workload {
    let stream = RandomStream(seed: seed, name: "baseline")
    var drawn = 0
    func draw() -> Double {
      drawn += 1
      return Double(stream.uniform(drawn))
    }
    var edges: [(Int, Int)] = []
    for node in 1..<nodes {
      for source in 0..<node where draw() < 0.3 { edges.append((source, node)) }
      if !edges.contains(where: { $0.1 == node }) { edges.append((0, node)) }
    }
    return try pipedream(
      edges, seconds: (0..<nodes).map { _ in 0.1 + draw() },
      activations: (0..<nodes).map { _ in draw() },
      parameters: (0..<nodes).map { _ in draw() })
  }

  /// Two layers, forward and backward, in device placement: 0 -> 1 -> 2 -> 3, and 0 with 3, 1 with 2
  /// of one colour.
  static func training(memory: Double = 100) throws -> Workload {
    Workload(
      name: "training", graph: try graph(4, [(0, 1), (1, 2), (2, 3)]),
      costs: .placement(
        PlacementCosts(
          acceleratorMilliseconds: [1, 2, 4, 2], cpuMilliseconds: [10, 20, 40, 20],
          transferMilliseconds: [0.5, 0.5, 0.25, 0.5], memoryBytes: [10, 20, 20, 10],
          isBackward: [false, false, true, true], colorClass: [0, 1, 1, 0], accelerators: 2,
          cpus: 1, acceleratorMemoryBytes: memory)))
  }

  /// Two nodes under Piper's model, each whole or cut across two devices.
  static func piper(microbatches: Int) throws -> Workload {
    func variants(_ seconds: Double) -> [PiperCosts.Variant] {
      [(1, seconds), (2, seconds * 0.6)].map { degree, seconds in
        PiperCosts.Variant(
          tensorDegree: degree, id: "vanilla", seconds: seconds, parameterBytes: 0,
          memoryPerMicrobatch: 1, memoryBesides: 1, syncIn: [:], syncOut: [:])
      }
    }
    return Workload(
      name: "piper", graph: try graph(2, [(0, 1)], bytes: 1),
      costs: .piper(
        PiperCosts(
          variants: [variants(3), variants(2)], devices: 4, memoryBytes: 100, bandwidth: 4,
          microbatches: microbatches)))
  }
}

/// A splitter that knows its answer.
struct FixedSplitter: GraphSplitter {
  let parts: [Int]

  func split(
    vertexWeights: [Int], adjacency: [[(Int, Int)]], parts: Int, seed: Int
  ) throws -> [Int] { self.parts }
}
