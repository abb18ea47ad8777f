/// Mixed precision as a transformation of the graph.
///
/// A float32 value of a sample is *rounded* where it is made, and then everything reads it rounded, if
/// - it is a factor of a product,
/// - a node of another layer reads it: whether a cut runs between the two or not (law 2),
/// - or it is made in the forward pass and read in the backward pass, so that it is kept;
/// but never a loss's operand or a statistic (`Rounding`). Shared factors, weights above all, are
/// rounded for each layer that multiplies by them, once a step. Sums over samples are never rounded.
struct RoundedGraph {
  private let old: Graph
  private let passes: [Pass]
  private(set) var graph: Graph
  /// The new number of each old value.
  private(set) var numbers: [ValueID] = []
  /// For each old value that is rounded where it is made: the bfloat16.
  private var rounded: [ValueID: ValueID] = [:]
  private var readings: [Reading: ValueID] = [:]
  private let isRounded: [Bool]

  /// A value in another element type, made by those who read it: once a layer and a pass.
  private struct Reading: Hashable {
    let value: ValueID
    let element: ElementType
    let layer: Int?
    let pass: Pass
  }

  /// Rounds a graph.
  ///
  /// Complexity: O(nodes + operands).
  /// - Parameter passes: when each node runs.
  /// - Throws: `GraphError` where an operator doesn't take bfloat16.
  init(_ old: Graph, passes: [Pass]) throws(GraphError) {
    self.old = old
    self.passes = passes
    isRounded = Self.rounded(old, passes)
    graph = Graph(layersOf: old)
    for value in old.values {
      if let role = value.role {
        numbers.append(try graph.variable(value.name, value.type, role))
      } else if let producer = value.producer, old.nodes[producer].outputs.first == value.id {
        try append(old.nodes[producer])
      }
    }
    graph.follow(old.runningValues) { [numbers] value in numbers[value.index] }
  }

  /// Whether each value is rounded where it is made.
  private static func rounded(_ graph: Graph, _ passes: [Pass]) -> [Bool] {
    var (wanted, kept) = (
      Array(repeating: false, count: graph.values.count),
      Array(repeating: false, count: graph.values.count)
    )
    for node in graph.nodes {
      let rounding = node.op.rounding
      for result in rounding.keptResults { kept[node.outputs[result].index] = true }
      for (position, input) in node.inputs.enumerated() {
        guard let producer = graph[input].producer else { continue }
        if rounding.keepsOperands { kept[input.index] = true }
        if rounding.factors.contains(position) || graph.nodes[producer].layer != node.layer
          || (passes[producer] == .forward && passes[node.index] == .backward)
        {
          wanted[input.index] = true
        }
      }
    }
    return graph.values.map { value in
      wanted[value.id.index] && !kept[value.id.index] && value.type.isPerSample
        && value.type.element == .float32
    }
  }

  private mutating func append(_ node: Node) throws(GraphError) {
    let factors = node.op.rounding.factors
    var inputs: [ValueID] = []
    for (position, input) in node.inputs.enumerated() {
      inputs.append(try operand(input, of: node, isFactor: factors.contains(position)))
    }
    let outputs = try inPlace(of: node) { (graph) throws(GraphError) in
      try graph.appendAll(node.op, inputs)
    }
    numbers += outputs
    for (output, new) in zip(node.outputs, outputs) where isRounded[output.index] {
      rounded[output] = try inPlace(of: node) { (graph) throws(GraphError) in
        try graph.append(Convert(to: .bfloat16), new)
      }
    }
  }

  /// What stands for an operand.
  private mutating func operand(
    _ value: ValueID, of node: Node, isFactor: Bool
  ) throws(GraphError) -> ValueID {
    let rounded = rounded[value]
    guard old.type(of: value).element == .float32, isFactor != (rounded != nil) else {
      return rounded ?? numbers[value.index]
    }
    // A weight is rounded in the forward pass, for both.
    let isShared = !old.type(of: value).isPerSample
    let element: ElementType = isFactor ? .bfloat16 : .float32
    let reading = Reading(
      value: value, element: element, layer: node.layer,
      pass: isShared ? .forward : passes[node.index])
    if let known = readings[reading] { return known }
    let source = rounded ?? numbers[value.index]
    let new = try inPlace(of: node) { (graph) throws(GraphError) in
      try graph.append(Convert(to: element), source)
    }
    readings[reading] = new
    return new
  }

  private mutating func inPlace<Result>(
    of node: Node, _ body: (inout Graph) throws(GraphError) -> Result
  ) throws(GraphError) -> Result {
    try graph.inLayer(node.layer, backward: node.isBackward, body)
  }
}
