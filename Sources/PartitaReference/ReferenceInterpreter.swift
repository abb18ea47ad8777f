public import PartitaGraph

/// Evaluates a graph node by node in Float64, in the plainest way: the oracle that devices and
/// gradient rules are judged against.
///
/// An operator is either a `ReferenceOperator`, known directly, or is run through its
/// decomposition. Nothing is rounded to Float32, so a device in Float32 agrees within a tolerance.
public struct ReferenceInterpreter: Sendable {
  /// The graph to evaluate.
  public let graph: Graph
  /// The number of samples: the entries of every per-sample value.
  public let samples: Int

  /// Nothing is computed before it is asked for.
  public init(_ graph: Graph, samples: Int) {
    self.graph = graph
    self.samples = samples
  }

  /// The numbers of the wanted values; only nodes that they need are evaluated, and of those none that makes
  /// what is known already.
  ///
  /// - Parameters:
  ///   - wanted: variables, or results of nodes.
  ///   - variables: the numbers of variables; of any other value where they are known.
  /// - Throws: `ReferenceError` where a variable is missing or has another shape, where an index
  ///   is out of range, and for an operator that can't be evaluated.
  public func evaluate(_ wanted: [ValueID], with variables: [ValueID: Tensor])
    throws(ReferenceError) -> [ValueID: Tensor]
  {
    var known: [ValueID: Tensor] = [:]
    for node in neededNodes(for: wanted, besides: variables) {
      var inputs: [Tensor] = []
      for input in node.inputs {
        inputs.append(try numbers(of: input, known, variables))
      }
      let types = node.outputs.map { graph.type(of: $0) }
      let call = ReferenceCall(inputs: inputs, types: types, samples: samples)
      let inputTypes = node.inputs.map { graph.type(of: $0) }
      for (output, result) in zip(node.outputs, try evaluate(node.op, inputTypes, call)) {
        guard result.fits(graph.type(of: output), samples: samples) else {
          throw .result(operator: node.op.name, type: graph.type(of: output).description)
        }
        known[output] = result
      }
    }
    var results: [ValueID: Tensor] = [:]
    for value in wanted { results[value] = try numbers(of: value, known, variables) }
    return results
  }

  /// The numbers of one wanted value.
  /// - Throws: `ReferenceError` as for several values.
  public func evaluate(_ wanted: ValueID, with variables: [ValueID: Tensor])
    throws(ReferenceError) -> Tensor
  {
    guard let result = try evaluate([wanted], with: variables)[wanted] else {
      throw .missing(variable: wanted.description)
    }
    return result
  }

  /// The nodes that the wanted values depend on, in graph order, down to what is known.
  private func neededNodes(
    for wanted: [ValueID], besides known: [ValueID: Tensor]
  ) -> [Node] {
    var needed = Set(wanted.filter { known[$0] == nil })
    var nodes: [Node] = []
    for node in graph.nodes.reversed() where node.outputs.contains(where: needed.contains) {
      needed.formUnion(node.inputs.filter { known[$0] == nil })
      nodes.append(node)
    }
    return nodes.reversed()
  }

  private func numbers(
    of id: ValueID, _ known: [ValueID: Tensor], _ variables: [ValueID: Tensor]
  ) throws(ReferenceError) -> Tensor {
    if let result = known[id] { return result }
    let name = graph[id].name.isEmpty ? id.description : graph[id].name
    guard let tensor = variables[id] else { throw .missing(variable: name) }
    guard tensor.fits(graph.type(of: id), samples: samples) else {
      throw .variable(
        name, type: graph.type(of: id).description, shape: tensor.shape, samples: tensor.samples)
    }
    return tensor
  }

  /// Evaluates one operator directly, or else the graph that it decomposes into.
  private func evaluate(_ op: any Operator, _ inputTypes: [ValueType], _ call: ReferenceCall)
    throws(ReferenceError) -> [Tensor]
  {
    if let op = op as? any ReferenceOperator { return try op.evaluate(call) }
    var parts = Graph()
    var variables: [ValueID: Tensor] = [:]
    let outputs: [ValueID]?
    do {
      var inputs: [ValueID] = []
      for (index, given) in inputTypes.enumerated() {
        // Rounded numbers are numbers: what a product decomposes into needn't know where they come from.
        let isRounded = given.element == .bfloat16
        let type = isRounded ? ValueType(given.shape, .float32, given.batching) : given
        let id = try parts.variable("operand \(index)", type, .input)
        inputs.append(id)
        variables[id] = call.inputs[index]
      }
      outputs = try op.decompose(inputs, in: &parts)
    } catch {
      throw .decomposition(operator: op.name, error)
    }
    guard let outputs else { throw .unknownOperator(op.name) }
    let interpreter = ReferenceInterpreter(parts, samples: samples)
    let results = try interpreter.evaluate(outputs, with: variables)
    return outputs.compactMap { results[$0] }
  }
}
