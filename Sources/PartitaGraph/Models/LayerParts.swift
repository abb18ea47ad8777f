/// Layers with parameters: what whole layers and the halves of a GPT block are made of.
extension NetworkBuilder {
  /// x·Wᵀ (+ b); a weight of its own is uniform within ±1/√in, as is the bias (PyTorch's `Linear`).
  mutating func linear(
    _ name: String, _ x: ValueID, features: Int?, bias: Bool = true, weight: ValueID? = nil
  ) throws(GraphError) -> ValueID {
    let shape = graph.type(of: x).shape
    let start = Initializer.uniform(bound: 1 / Double(max(shape.last, 1)).squareRoot())
    var operands = [x]
    if let weight {
      operands.append(weight)
    } else {
      guard let features else { throw .name(name, problem: "needs a number of features") }
      operands.append(try parameter("\(name).weight", [features, shape.last], start))
    }
    if bias {
      let rows = graph.type(of: operands[1]).shape[0]
      operands.append(try parameter("\(name).bias", [rows], start))
    }
    return try graph.appendAll(Linear(), operands)[0]
  }

  /// x * W (+ b), uniform within ±1/√(in·kernel²) (PyTorch's `Conv2d`).
  mutating func convolution(
    _ name: String, _ x: ValueID, _ window: Window, channels: Int, kernel: Int, bias: Bool
  ) throws(GraphError) -> ValueID {
    let op = Convolution(window)
    let type = graph.type(of: x)
    do {
      try op.expect(type, rank: 3, "an image [C, H, W]")
    } catch {
      throw error.inLayer(name)
    }
    let fan = max(type.shape[0] * kernel * kernel, 1)
    let start = Initializer.uniform(bound: 1 / Double(fan).squareRoot())
    let weight = try parameter(
      "\(name).weight", [channels, type.shape[0], kernel, kernel], start)
    guard bias else { return try graph.append(op, x, weight) }
    return try graph.append(op, x, weight, try parameter("\(name).bias", [channels], start))
  }

  /// γ starts at 1, β at 0.
  mutating func layerNorm(_ name: String, _ x: ValueID, epsilon: Double = 1e-5)
    throws(GraphError) -> ValueID
  {
    let width = graph.type(of: x).shape.last
    let scale = try parameter("\(name).weight", [width], .constant(1))
    let shift = try parameter("\(name).bias", [width], .constant(0))
    return try graph.append(LayerNorm(epsilon: epsilon), x, scale, shift)
  }

  /// A table of rows from N(0, 0.02²).
  mutating func embeddingTable(_ name: String, rows: Int, features: Int) throws(GraphError)
    -> ValueID
  {
    try parameter("\(name).weight", [rows, features], .normal(deviation: 0.02))
  }

  /// A learned vector for each position, added.
  mutating func positionalEmbedding(_ name: String, _ x: ValueID) throws(GraphError) -> ValueID {
    let shape = graph.type(of: x).shape
    let table = try parameter("\(name).weight", shape, .normal(deviation: 0.02))
    return try graph.append(Add(), x, table)
  }

  /// Causal attention between its two linear maps.
  mutating func attention(_ name: String, _ x: ValueID, heads: Int) throws(GraphError) -> ValueID {
    let width = graph.type(of: x).shape.last
    let qkv = try linear("\(name).qkv", x, features: 3 * width)
    let mixed = try graph.append(CausalAttention(heads: heads), qkv)
    return try linear("\(name).proj", mixed, features: width)
  }

  /// Dropout keyed by seed and layer; nothing in prediction, or where nothing is dropped.
  mutating func dropout(_ name: String, _ x: ValueID, rate: Double) throws(GraphError) -> ValueID {
    guard mode == .training, rate != 0 else { return x }
    let sample = try variable("sampleIndex", .perSample([], .int32), .sampleIndex)
    let step = try variable("step", .shared([], .int32), .step)
    let key = RandomStream(seed: seed, name: name).key
    return try graph.append(Dropout(rate: rate, key: key), x, sample, step)
  }

  /// The variable with this name, made on first use.
  private mutating func variable(_ name: String, _ type: ValueType, _ role: VariableRole)
    throws(GraphError) -> ValueID
  {
    if let known = graph.variable(named: name) { return known }
    return try graph.variable(name, type, role)
  }

  private mutating func parameter(_ name: String, _ shape: Shape, _ start: Initializer)
    throws(GraphError) -> ValueID
  {
    guard shape.extents.allSatisfy({ $0 > 0 }) else {
      throw .name(name, problem: "a parameter can't have the shape \(shape)")
    }
    return try graph.parameter(name, shape, start)
  }
}
