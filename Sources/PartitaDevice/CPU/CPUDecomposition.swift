internal import PartitaGraph

/// An operator without a kernel of its own, run as the simpler ones that it decomposes into: a list
/// within the list, whose workspace is the operator's scratch.
struct CPUDecomposition {
  private let list: PreparedList
  private let inputs, outputs: [ValueID]

  /// Compiles the decomposition.
  ///
  /// - Parameter isInPlace: whether a result takes the place of an operand.
  /// - Throws: `DeviceError.unsupported` where there is no decomposition, or it can't be run: a
  ///   result that takes an operand's place would be written too early, and a sum over samples that
  ///   is worked on further can't be added to that of an earlier microbatch.
  init(_ op: some Operator, _ call: CPUCall, isInPlace: Bool) throws(DeviceError) {
    let unsupported = DeviceError.unsupported(operator: "\(op)", device: "CPU")
    var graph = Graph()
    var inputs: [ValueID] = []
    let outputs: [ValueID]?
    do {
      if let layer = call.layer { try graph.beginLayer(layer) }
      for (index, type) in call.inputs.enumerated() {
        inputs.append(try graph.variable("operand \(index)", type, .input))
      }
      outputs = try op.decompose(inputs, in: &graph)
    } catch {
      throw unsupported
    }
    guard let outputs, !isInPlace, outputs.map(graph.type) == call.outputs,
      Set(inputs + outputs).count == inputs.count + outputs.count,
      graph.nodes.flatMap(\.outputs).allSatisfy({
        !graph.isSumOverSamples($0) || outputs.contains($0)
      }),
      graph.nodes.flatMap(\.inputs).allSatisfy({
        !graph.isSumOverSamples($0)
      })
    else { throw unsupported }
    // Places that stand for those of the node, each of its own.
    let places = (inputs + outputs).enumerated().map { ($1, Place(.shared, $0)) }
    var compiler = CPUCompiler(
      KernelList(
        graph: graph, nodes: Array(graph.nodes.indices), samples: call.samples,
        places: Dictionary(uniqueKeysWithValues: places), workspaceStart: 0))
    list = try compiler.prepared()
    self.inputs = inputs
    self.outputs = outputs
  }

  /// The decomposition as one kernel.
  func prepared() -> CPUPrepared {
    CPUPrepared(scratchBytes: list.workspaceBytes) { operands in
      let places = zip(inputs + outputs, operands.inputs + operands.outputs)
      let kernels = list.bind(
        Dictionary(uniqueKeysWithValues: places.map { ($0, $1) }),
        workspaceStart: operands.scratch.offset)
      return { (run) throws(DeviceError) in for kernel in kernels { try kernel(run) } }
    }
  }
}
