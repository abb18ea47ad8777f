/// One layer of the network: the smallest unit that a plan places.
public struct Layer: Hashable, Sendable, Codable {
  /// The name by which cuts and parameters speak of it.
  public let name: String

  /// Names a layer.
  public init(name: String) { self.name = name }
}

/// An operator applied to values.
public struct Node: Sendable {
  /// The node's place in `Graph.nodes`.
  public let index: Int
  /// What it computes.
  public let op: any Operator
  /// The operands.
  public let inputs: [ValueID]
  /// The results.
  public let outputs: [ValueID]
  /// The layer that it belongs to; nil for scalars of the whole objective.
  public let layer: Int?
  /// Whether differentiation made it for the backward pass.
  public let isBackward: Bool
}

/// A computational graph: variables, and nodes in an order in which every operand comes first.
///
/// Forward, backward and update computations are nodes of one graph. A graph grows by appending
/// and never changes what it has, so every prefix of `nodes` is a graph too.
public struct Graph: Sendable {
  /// All values, variables among them; a `ValueID` is an index into this.
  public private(set) var values: [Value] = []
  /// All nodes, operands first.
  public private(set) var nodes: [Node] = []
  /// The layers, in the order in which the model names them.
  public private(set) var layers: [Layer] = []
  /// What training moves without a gradient, in the order in which the model names them.
  public private(set) var runningValues: [RunningValue] = []

  /// The layer that new nodes belong to.
  var currentLayer: Int?
  /// Whether new nodes belong to the backward computation.
  var isBackward = false
  private var variablesByName: [String: ValueID] = [:]
  private var layerNames: Set<String> = []

  /// Makes an empty graph.
  public init() {}

  /// A graph with the layers of another, and nothing else.
  init(layersOf other: Graph) {
    layers = other.layers
    layerNames = other.layerNames
    currentLayer = other.currentLayer
  }

  /// Takes over another graph's running values, under other numbers.
  mutating func follow(_ others: [RunningValue], as number: (ValueID) -> ValueID) {
    runningValues = others.map {
      RunningValue(
        variable: number($0.variable), statistic: number($0.statistic), momentum: $0.momentum,
        pixels: $0.pixels, layer: $0.layer)
    }
  }

  /// The value with this number.
  public subscript(id: ValueID) -> Value { values[id.index] }

  /// The type of a value.
  public func type(of id: ValueID) -> ValueType { values[id.index].type }

  /// The variable with this name.
  public func variable(named name: String) -> ValueID? { variablesByName[name] }

  /// The trained weights, in the order in which the model names them.
  public var parameters: [ValueID] { values.filter(\.isParameter).map(\.id) }

  /// All that makes a trained network: its parameters and running values, in the order in which the
  /// model names them.
  public var weights: [ValueID] { values.filter(\.isWeight).map(\.id) }

  /// Opens a layer; nodes appended from here on belong to it.
  /// - Throws: `GraphError.name` where the name is taken.
  public mutating func beginLayer(_ name: String) throws(GraphError) {
    guard layerNames.insert(name).inserted else {
      throw .name(name, problem: "two layers have this name")
    }
    currentLayer = layers.count
    layers.append(Layer(name: name))
  }

  /// Appends a variable.
  /// - Throws: `GraphError.name` where the name is taken, or for too many elements.
  public mutating func variable(_ name: String, _ type: ValueType, _ role: VariableRole)
    throws(GraphError) -> ValueID
  {
    guard variablesByName[name] == nil else {
      throw .name(name, problem: "two variables have this name")
    }
    if let problem = Self.problem(type) { throw .name(name, problem: problem) }
    let id = ValueID(values.count)
    values.append(Value(variable: id, name: name, type: type, role: role))
    variablesByName[name] = id
    return id
  }

  /// Appends a parameter.
  /// - Throws: `GraphError.name` where the name is taken.
  public mutating func parameter(_ name: String, _ shape: Shape, _ initializer: Initializer)
    throws(GraphError) -> ValueID
  {
    try variable(name, .shared(shape), .parameter(initializer))
  }

  /// Lets a running value of the open layer follow a statistic.
  ///
  /// - Parameters:
  ///   - variable: the running value.
  ///   - statistic: what each microbatch has of it: n x its shape, the same in each entry.
  ///   - momentum: the share of the new.
  ///   - pixels: of a channel, where the statistic is a variance over all values of a microbatch and
  ///     the running value shall be unbiased.
  public mutating func move(
    _ variable: ValueID, after statistic: ValueID, momentum: Double, unbiasedOver pixels: Int? = nil
  ) {
    runningValues.append(
      RunningValue(
        variable: variable, statistic: statistic, momentum: momentum, pixels: pixels,
        layer: currentLayer))
  }

  /// Appends a node and returns all of its results.
  /// - Throws: what the operator says of operands that it can't take, with the layer's name.
  public mutating func appendAll(_ op: some Operator, _ inputs: [ValueID])
    throws(GraphError) -> [ValueID]
  {
    let types: [ValueType]
    do throws(GraphError) {
      types = try op.outputTypes(for: inputs.map { type(of: $0) })
      if let problem = types.lazy.compactMap(Self.problem).first { throw op.refusal(problem) }
    } catch {
      throw error.inLayer(currentLayer.map { layers[$0].name })
    }
    let outputs = types.map { type in
      let id = ValueID(values.count)
      values.append(Value(result: id, of: nodes.count, type: type))
      return id
    }
    nodes.append(
      Node(
        index: nodes.count, op: op, inputs: inputs, outputs: outputs, layer: currentLayer,
        isBackward: isBackward))
    return outputs
  }

  /// Appends a node and returns its first result.
  /// - Throws: what the operator says of operands that it can't take, with the layer's name.
  public mutating func append(_ op: some Operator, _ inputs: ValueID...) throws(GraphError)
    -> ValueID
  {
    try appendAll(op, inputs)[0]
  }

  /// Appends nodes on behalf of a layer, then goes back to the layer that was open.
  mutating func inLayer<Result>(
    _ layer: Int?, backward: Bool, _ body: (inout Graph) throws(GraphError) -> Result
  ) throws(GraphError) -> Result {
    let outer = (currentLayer, isBackward)
    (currentLayer, isBackward) = (layer, backward)
    defer { (currentLayer, isBackward) = outer }
    return try body(&self)
  }

  /// For each value, the nodes that read it, in graph order.
  ///
  /// Complexity: O(values + operands).
  public func readers() -> [[Int]] {
    var readers = Array(repeating: [Int](), count: values.count)
    for node in nodes {
      for input in Set(node.inputs) { readers[input.index].append(node.index) }
    }
    return readers
  }
}
