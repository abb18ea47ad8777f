internal import PartitaGraph

/// Turns a list of nodes into kernels with places.
///
/// Three passes: nodes become steps (a node, a linear layer with its ReLU, a chain of elementwise
/// operators on shared values that runs block by block, an elementwise operator on rounded values);
/// steps are prepared and their values' lives packed into the workspace; kernels are bound to their places.
struct CPUCompiler {
  let list: KernelList
  let graph: Graph
  /// How often the list's nodes read each value.
  private(set) var readers: [ValueID: Int] = [:]
  private var steps: [Step] = []

  /// What becomes one kernel.
  private enum Step {
    case node(Node)
    /// A linear layer whose result only its ReLU reads.
    case linearReLU(Node, relu: Node)
    case elementwise([Node])
    /// An elementwise operator on rounded values.
    case narrow(NarrowElements)
  }

  init(_ list: KernelList) {
    self.list = list
    graph = list.graph
    for node in list.nodes {
      for input in graph.nodes[node].inputs { readers[input, default: 0] += 1 }
    }
  }

  mutating func compile() throws(DeviceError) -> CPUDevice.Executable {
    let prepared = try prepared()
    return CPUDevice.Executable(
      kernels: prepared.bind(list.places, workspaceStart: list.workspaceStart),
      works: steps.map { work(of: $0) },
      workspaceBytes: list.workspaceStart + prepared.workspaceBytes,
      scratchBytes: prepared.workspaceBytes - prepared.transientBytes)
  }

  /// The list as kernels that only lack the places of what comes from outside of it.
  mutating func prepared() throws(DeviceError) -> PreparedList {
    formSteps()
    var kernels: [PreparedList.Kernel] = []
    for step in steps {
      let (inputs, outputs) = outside(of: step)
      kernels.append(
        .init(prepared: try prepare(step, inputs, outputs), inputs: inputs, outputs: outputs))
    }
    return PreparedList(kernels, placed: Set(list.places.keys)) {
      graph.type(of: $0).bytes(samples: list.samples)
    }
  }

  // MARK: Steps

  private mutating func formSteps() {
    var fused: Set<Int> = []
    var open: [Node] = []
    var made: Set<ValueID> = []
    let narrow = narrowElements()
    fused.formUnion(narrow.values.flatMap(\.nodes).map(\.index))
    fused.subtract(narrow.keys)
    for (position, index) in list.nodes.enumerated() where !fused.contains(index) {
      let node = graph.nodes[index]
      if let elements = narrow[index] {
        flush(&open)
        made = []
        steps.append(.narrow(elements))
        continue
      }
      if ElementwiseProgram.canHold(node, in: graph) {
        // A program reads its scalars before it runs: whoever makes one comes before.
        if let scalar = ElementwiseProgram.scalarOperand(of: node), made.contains(scalar) {
          flush(&open)
          made = []
        }
        open.append(node)
        made.formUnion(node.outputs)
        continue
      }
      flush(&open)
      made = []
      // A product followed by its own ReLU: exact when fused, so any cut gives the same bits.
      if node.op is Linear, position + 1 < list.nodes.count {
        let next = graph.nodes[list.nodes[position + 1]]
        let result = node.outputs[0]
        if next.op is ReLU, narrow[next.index] == nil, next.inputs == [result],
          readers[result] == 1,
          list.places[result] == nil
        {
          steps.append(.linearReLU(node, relu: next))
          fused.insert(next.index)
          continue
        }
      }
      steps.append(.node(node))
    }
    flush(&open)
  }

  /// What a program reads or writes: a value, or memory that several values may have.
  private enum Storage: Hashable {
    case value(ValueID)
    case memory(Place)
  }

  /// An array of some elements: only programs over as many can share it.
  private struct SharedArray: Hashable {
    let storage: Storage
    let count: Int
  }

  /// Splits the elementwise nodes at hand into programs: nodes of one length that share an array.
  ///
  /// A variable and its new value share memory, so everything that reads the one is in the program
  /// that makes the other, and in graph order: nothing is read after it was overwritten in place.
  ///
  /// Complexity: O(n log n) for n nodes, but for programs that a later node makes one.
  private mutating func flush(_ open: inout [Node]) {
    // By the position of the last node that joined.
    var programs: [Int: (arrays: [SharedArray], nodes: [Node])] = [:]
    var program: [SharedArray: Int] = [:]
    for (position, node) in open.enumerated() {
      let count = graph.type(of: node.inputs[0]).shape.count
      let floats = (node.inputs + node.outputs).filter { graph.type(of: $0).element == .float32 }
      let arrays = Set(
        floats.map {
          SharedArray(storage: list.places[$0].map(Storage.memory) ?? .value($0), count: count)
        })
      let touching = Set(arrays.compactMap { program[$0] }).sorted()
      var merged = (arrays: Array(arrays.filter { program[$0] == nil }), nodes: [Node]())
      for last in touching {
        guard let other = programs.removeValue(forKey: last) else { continue }
        merged.arrays += other.arrays
        merged.nodes += other.nodes
      }
      if touching.count > 1 { merged.nodes.sort { $0.index < $1.index } }
      merged.nodes.append(node)
      for array in merged.arrays { program[array] = position }
      programs[position] = merged
    }
    steps += programs.sorted { $0.key < $1.key }.map { .elementwise($0.value.nodes) }
    open = []
  }

  /// The values that a step reads from other steps and those it makes for them.
  private func outside(of step: Step) -> (inputs: [ValueID], outputs: [ValueID]) {
    switch step {
    case .node(let node): (node.inputs, node.outputs)
    case .linearReLU(let linear, let relu): (linear.inputs, relu.outputs)
    case .narrow(let elements): elements.outside
    case .elementwise(let nodes):
      ElementwiseProgram.outside(of: nodes) { value, ownReads in
        list.places[value] != nil || readers[value, default: 0] > ownReads
      }
    }
  }

  private func prepare(
    _ step: Step, _ inputs: [ValueID], _ outputs: [ValueID]
  ) throws(DeviceError) -> CPUPrepared {
    switch step {
    case .node(let node):
      let given = call(node, outputs: node.outputs)
      let widened = WidenedFactors(node.op, given)
      let call = widened?.call ?? given
      if let op = node.op as? any CPUOperator {
        let kernel = try op.prepare(call)
        return widened?.prepared(kernel) ?? kernel
      }
      let places = Set(node.inputs.compactMap { list.places[$0] })
      let kernel = try CPUDecomposition(
        node.op, call,
        isInPlace: node.outputs.contains { list.places[$0].map(places.contains) ?? false }
      ).prepared()
      return widened?.prepared(kernel) ?? kernel
    case .linearReLU(let linear, let relu):
      let given = call(linear, outputs: relu.outputs)
      let widened = WidenedFactors(linear.op, given)
      let kernel = try Linear.prepare(widened?.call ?? given, fusesReLU: true)
      return widened?.prepared(kernel) ?? kernel
    case .narrow(let elements):
      return try elements.prepared(in: graph, samples: list.samples)
    case .elementwise(let nodes):
      return ElementwiseProgram(nodes, in: graph, inputs: inputs, outputs: outputs).prepared()
    }
  }

  /// What a step does: each value that comes from outside or goes there is moved once.
  private func work(of step: Step) -> KernelWork {
    let nodes: [Node] =
      switch step {
      case .node(let node): [node]
      case .linearReLU(let linear, let relu): [linear, relu]
      case .elementwise(let nodes): nodes
      case .narrow(let elements): elements.nodes
      }
    let (inputs, outputs) = outside(of: step)
    let layers = Set(nodes.map(\.layer))
    func shape(_ value: ValueID) -> String { "\(graph.type(of: value))" }
    return KernelWork(
      name: nodes.map(\.op.name).joined(separator: "+"),
      layer: layers.count == 1 ? layers.first?.flatMap { $0 }.map { graph.layers[$0].name } : nil,
      shapes:
        "\(inputs.map(shape).joined(separator: ", ")) -> \(outputs.map(shape).joined(separator: ", "))",
      flops: nodes.reduce(0) {
        $0
          + $1.op.flops(
            inputs: $1.inputs.map(graph.type), outputs: $1.outputs.map(graph.type),
            samples: list.samples)
      },
      bytes: (inputs + outputs).reduce(0) { $0 + graph.type(of: $1).bytes(samples: list.samples) },
      isNarrow: nodes.first.map(multipliesNarrow) ?? false,
      product: nodes.first.flatMap { product(of: $0) })
  }

  private func multipliesNarrow(_ node: Node) -> Bool {
    let factors = node.op.rounding.factors.map { graph.type(of: node.inputs[$0]).element }
    return !factors.isEmpty && factors.allSatisfy { $0 == .bfloat16 }
  }

  /// The product of a linear layer, or of one of its gradients.
  private func product(of node: Node) -> KernelWork.Product? {
    let types = node.inputs.map(graph.type)
    func rows(_ type: ValueType) -> Int { (type.isPerSample ? list.samples : 1) * type.shape.rows }
    let isNarrow = multipliesNarrow(node)
    switch node.op {
    case is Linear, is LinearInputGradient:
      let weight = types[1].shape
      let isForward = node.op is Linear
      return KernelWork.Product(
        m: rows(types[0]), n: weight[isForward ? 0 : 1], k: weight[isForward ? 1 : 0],
        isNarrow: isNarrow)
    case is LinearWeightGradient:
      let weight = graph.type(of: node.outputs[0]).shape
      return KernelWork.Product(
        m: weight[0], n: weight[1], k: rows(types[0]), isNarrow: isNarrow)
    default: return nil
    }
  }

  private func call(_ node: Node, outputs: [ValueID]) -> CPUCall {
    let (inputs, outputs) = (node.inputs.map(graph.type), outputs.map(graph.type))
    return CPUCall(
      name: node.op.name, layer: node.layer.map { graph.layers[$0].name }, inputs: inputs,
      outputs: outputs, samples: (inputs + outputs).contains { $0.isPerSample } ? list.samples : 1)
  }
}
