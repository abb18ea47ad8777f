public import PartitaGraph
public import PartitaReference

/// The Hessian of J of a network, in Float64, by the oracle: plain and slow, to judge others by.
///
/// A vector has the numbers of all parameters in the order of the graph, each row by row. What doesn't move
/// along it, as the forward pass of J, is computed once and kept.
public struct GraphSpace: CurvatureSpace {
  public let dimension: Int
  public let roundoff = Double.ulpOfOne / 2
  private let graph: Graph
  private let seed: UInt64
  private let parts: [Part]
  /// What each microbatch adds to: read by nodes that run once a step.
  private let sums: [ValueID]
  private let microbatches: [Microbatch]
  /// The numbers of shared variables.
  private let shared: [ValueID: Tensor]

  /// A parameter's part of a vector.
  private struct Part {
    let parameter: String
    let direction: ValueID
    let product: ValueID
    let shape: Shape
    let range: Range<Int>
  }

  /// Some samples, and all that is known of them before there is a vector.
  private struct Microbatch {
    let samples: Int
    let known: [ValueID: Tensor]
  }

  /// Prepares products.
  ///
  /// Complexity: one forward pass of each microbatch.
  /// - Parameters:
  ///   - model: a network with products of its Hessian.
  ///   - shared: the numbers of parameters and of other shared variables, by name.
  ///   - microbatches: of each microbatch the numbers of per-sample variables, by name. Where sample weights
  ///     are left out they are one over the number of all samples.
  ///   - seed: of random vectors.
  /// - Throws: `CurvatureError.missing`, and what the oracle throws.
  public init(
    _ model: ModelGraph, shared: [String: Tensor], microbatches: [[String: Tensor]], seed: UInt64
  ) throws {
    let graph = model.graph
    let parts = Self.parts(of: model)
    let moved = graph.dependents(of: parts.map(\.direction))
    let isNeeded = graph.isNeeded(for: parts.map(\.product))
    let nodes = graph.nodes.filter { isNeeded[$0.index] }
    let (once, each) = (
      nodes.filter { model.passes[$0.index] == .update },
      nodes.filter { model.passes[$0.index] != .update }
    )
    let made = Set(each.flatMap(\.outputs))
    sums = Set(once.flatMap(\.inputs) + parts.map(\.product)).filter(made.contains).sorted()
    let movers = each.filter { $0.outputs.contains { moved[$0.index] } }
    let still = Set(movers.flatMap(\.inputs) + sums)
      .filter { !moved[$0.index] && made.contains($0) }.sorted()

    let variables = Set(nodes.flatMap(\.inputs)).sorted().filter {
      graph[$0].role != nil && graph[$0].role != .direction
    }
    let counts = microbatches.map { $0.values.compactMap(\.samples).first ?? 0 }
    let weight = 1 / Double(counts.reduce(0, +))
    /// The numbers of variables: of a microbatch, or shared by all.
    func numbers(of isPerSample: Bool, in named: [String: Tensor], _ samples: Int)
      throws(CurvatureError) -> [ValueID: Tensor]
    {
      var numbers: [ValueID: Tensor] = [:]
      for variable in variables where graph.type(of: variable).isPerSample == isPerSample {
        let value = graph[variable]
        if let tensor = named[value.name] {
          numbers[variable] = tensor
        } else if value.role == .sampleWeight {
          numbers[variable] = Tensor(repeating: weight, value.type, samples: samples)
        } else {
          throw .missing(variable: value.name)
        }
      }
      return numbers
    }
    let shared = try numbers(of: false, in: shared, 1)
    self.microbatches = try zip(microbatches, counts).map { named, samples in
      let all = shared.merging(try numbers(of: true, in: named, samples)) { $1 }
      let found = try ReferenceInterpreter(graph, samples: samples).evaluate(still, with: all)
      return Microbatch(samples: samples, known: all.merging(found) { $1 })
    }
    (self.graph, self.seed, self.parts, self.shared) = (graph, seed, parts, shared)
    dimension = parts.last?.range.upperBound ?? 0
  }

  private static func parts(of model: ModelGraph) -> [Part] {
    let graph = model.graph
    var (parts, start) = ([Part](), 0)
    for parameter in graph.parameters {
      let name = graph[parameter].name
      let direction = ModelGraph.direction(of: name)
      guard let found = model.assignments.first(where: { graph[$0.variable].name == direction })
      else { continue }
      let shape = graph.type(of: parameter).shape
      let range = start..<start + shape.count
      parts.append(
        Part(
          parameter: name, direction: found.variable, product: found.value, shape: shape,
          range: range))
      start = range.upperBound
    }
    return parts
  }

  public func product(_ vector: [Double]) throws -> [Double] {
    var directions: [ValueID: Tensor] = [:]
    for part in parts { directions[part.direction] = Tensor(part.shape, Array(vector[part.range])) }
    var known = shared.merging(directions) { $1 }
    for microbatch in microbatches {
      let found = try ReferenceInterpreter(graph, samples: microbatch.samples)
        .evaluate(sums, with: microbatch.known.merging(directions) { $1 })
      for (sum, tensor) in found {
        guard var before = known[sum] else {
          known[sum] = tensor
          continue
        }
        for index in tensor.elements.indices { before.elements[index] += tensor.elements[index] }
        known[sum] = before
      }
    }
    let found = try ReferenceInterpreter(graph, samples: 1)
      .evaluate(parts.map(\.product), with: known)
    return parts.flatMap { found[$0.product]?.elements ?? [] }
  }

  public func dots(_ vectors: [[Double]], _ vector: [Double]) -> [Double] {
    vectors.map { zip($0, vector).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  public func add(_ factor: Double, _ x: [Double], to y: inout [Double]) {
    for index in y.indices { y[index] += factor * x[index] }
  }

  public func scale(_ y: inout [Double], by factor: Double) {
    for index in y.indices { y[index] *= factor }
  }

  public func signs(_ number: Int) -> [Double] {
    parts.flatMap { part in
      SignStream(seed: seed, parameter: part.parameter).signs(0..<part.range.count, of: number)
        .map(Double.init)
    }
  }

  public func unit(_ index: Int) -> [Double] {
    var vector = Array(repeating: 0.0, count: dimension)
    vector[index] = 1
    return vector
  }

  public func numbers(of vector: [Double]) -> [Double] { vector }
}
