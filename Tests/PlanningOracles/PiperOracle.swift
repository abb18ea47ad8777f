internal import PartitaWorkload

/// Piper's stages, by the formulas of the paper.
final class PiperOracle: ChainOracle {
  let prefixes: [Int]
  let limit: PartitionCertificate.Need
  private let graph: WorkloadGraph
  private let costs: PiperCosts
  private let mostReplicas, microbatches: Int
  private let bandwidth, memory: Double
  /// The ways to run a set of nodes; `other` is a tensor degree, or the others behind.
  private var choices: [Key: [Choice]] = [:]
  private var known: [Key: [StageOption]] = [:]

  private struct Key: Hashable {
    let nodes, other: Int
  }

  /// A variant for each of some nodes, and the sums of what they cost.
  private struct Choice {
    /// The place of each node's variant among all of its own, four bits a node.
    var places: UInt64 = 0
    var seconds = 0.0
    var edgeBytes = 0.0
    var weights = 0.0
    var memoryPerMicrobatch = 0.0
    var memoryBesides = 0.0
  }

  init(_ graph: WorkloadGraph, _ costs: PiperCosts, _ request: PartitionRequest) {
    self.graph = graph
    self.costs = costs
    microbatches = request.microbatches ?? costs.microbatches
    bandwidth = request.bandwidth ?? costs.bandwidth
    memory = request.memory ?? costs.memoryBytes
    mostReplicas = request.isStraight ? 1 : request.devices
    limit = .init(devices: request.devices, others: min(request.devices, microbatches))
    prefixes = NodeMask.closedSets(of: graph.count, rules: graph.edges.map { ($0.to, $0.from) })
  }

  func isCandidate(_ prefix: Int, below threshold: Double) -> Bool { true }

  func options(from prefix: Int, to next: Int, othersBehind: Int) -> [StageOption] {
    let nodes = next & ~prefix
    let key = Key(nodes: nodes, other: othersBehind)
    if let options = known[key] { return options }
    let options = options(of: nodes, othersBehind: othersBehind)
    known[key] = options
    return options
  }

  private func options(of nodes: Int, othersBehind: Int) -> [StageOption] {
    var options: [StageOption] = []
    for degree in [1, 2] {
      let choices = choices(of: nodes, degree: degree)
      for replicas in 1...mostReplicas
      where microbatches % replicas == 0 && replicas * degree <= limit.devices {
        let d = Double(replicas)
        let inFlight = (Double(othersBehind + replicas) / d).rounded(.up)
        var best: (value: Double, choice: Choice)?
        for choice in choices
        where choice.memoryPerMicrobatch * inFlight + choice.memoryBesides <= memory {
          let weights = 4 * (d - 1) * choice.weights / (d * Double(microbatches))
          let value = (choice.edgeBytes / d + weights) / bandwidth + choice.seconds / d
          if value < best?.value ?? .infinity { best = (value, choice) }
        }
        guard let best else { continue }
        options.append(
          StageOption(
            nodes: nodes, devices: replicas * degree, others: replicas, value: best.value,
            tensorDegree: degree, variants: variants(best.choice, of: nodes)))
      }
    }
    return options
  }

  /// The variants that aren't "vanilla".
  private func variants(_ choice: Choice, of nodes: Int) -> [Int: String] {
    var variants: [Int: String] = [:]
    NodeMask.forEach(in: nodes) { node in
      let variant = costs.variants[node][Int(choice.places >> (4 * UInt64(node)) & 15)]
      if variant.id != "vanilla" { variants[node] = variant.id }
    }
    return variants
  }

  /// Every way to give each node a variant of a degree.
  private func choices(of nodes: Int, degree: Int) -> [Choice] {
    let key = Key(nodes: nodes, other: degree)
    if let choices = choices[key] { return choices }
    var choices = [Choice()]
    for edge in graph.edges where nodes >> edge.from & 1 != nodes >> edge.to & 1 {
      choices[0].edgeBytes += 2 * edge.bytes
    }
    for node in NodeMask.nodes(of: nodes) {
      var longer: [Choice] = []
      for (place, variant) in costs.variants[node].enumerated()
      where variant.tensorDegree == degree {
        var sync = 0.0
        for edge in graph.edges {
          if edge.to == node, nodes >> edge.from & 1 == 0 {
            sync += 2 * (variant.syncIn[edge.from] ?? 0)
          }
          if edge.from == node, nodes >> edge.to & 1 == 0 {
            sync += 2 * (variant.syncOut[edge.to] ?? 0)
          }
        }
        for var choice in choices {
          choice.places |= UInt64(place) << (4 * UInt64(node))
          choice.seconds += variant.seconds
          choice.edgeBytes += sync
          choice.weights += variant.parameterBytes
          choice.memoryPerMicrobatch += variant.memoryPerMicrobatch
          choice.memoryBesides += variant.memoryBesides
          longer.append(choice)
        }
      }
      choices = longer
    }
    self.choices[key] = choices
    return choices
  }
}
