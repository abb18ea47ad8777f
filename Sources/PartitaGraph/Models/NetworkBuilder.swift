internal import PartitaKeys

/// The working data of `Graph.buildNetwork`, and what layers of one or two nodes are made of.
struct NetworkBuilder {
  var graph: Graph
  let mode: NetworkMode
  let seed: UInt64

  /// Appends the nodes of a layer.
  mutating func append(_ layer: LayerDescription, _ inputs: [ValueID]) throws(GraphError)
    -> ValueID
  {
    let (name, x) = (layer.name, inputs[0])
    switch layer.kind {
    case .linear(let features, let bias, let function, let owner):
      let weight = try owner.map { (owner) throws(GraphError) in
        try tiedWeight(of: owner, features: features, for: name)
      }
      let y = try linear(name, x, features: features, bias: bias, weight: weight)
      return try activation(function, y)
    case .convolution(let channels, let kernel, let stride, let padding, let bias, let function):
      let window = Window(stride: stride, padding: padding)
      return try activation(
        function, try convolution(name, x, window, channels: channels, kernel: kernel, bias: bias))
    case .averagePool(let kernel, let stride, let padding):
      return try graph.append(
        AveragePool(kernel: kernel, Window(stride: stride, padding: padding)), x)
    case .maxPool(let kernel, let stride, let padding):
      return try graph.append(MaxPool(kernel: kernel, Window(stride: stride, padding: padding)), x)
    case .activation(let function):
      return try activation(function, x)
    case .add:
      return try fold(Add(), inputs)
    case .multiply:
      return try fold(Multiply(), inputs)
    case .flatten:
      return try graph.append(Reshape(to: [graph.type(of: x).shape.count]), x)
    case .reshape(let shape):
      return try graph.append(Reshape(to: shape), x)
    case .transpose(let order):
      return try graph.append(Transpose(order), x)
    case .dropout(let rate):
      return try dropout(name, x, rate: rate)
    case .layerNorm(let epsilon):
      return try layerNorm(name, x, epsilon: epsilon)
    case .embedding(let vocabulary, let features):
      let table = try embeddingTable(name, rows: vocabulary, features: features)
      return try graph.append(Embedding(), x, table)
    case .positionalEmbedding:
      return try positionalEmbedding(name, x)
    case .tokenEmbedding(let vocabulary, let features, let rate):
      let table = try embeddingTable("\(name).token", rows: vocabulary, features: features)
      let tokens = try graph.append(Embedding(), x, table)
      return try dropout(name, try positionalEmbedding("\(name).position", tokens), rate: rate)
    case .attention(let heads):
      return try attention(name, x, heads: heads)
    case .attentionBlock(let heads, let rate):
      let norm = try layerNorm("\(name).norm", x)
      let y = try attention(name, norm, heads: heads)
      return try graph.append(Add(), x, try dropout(name, y, rate: rate))
    case .feedForwardBlock(let expansion, let rate):
      let width = graph.type(of: x).shape.last
      let norm = try layerNorm("\(name).norm", x)
      let up = try linear("\(name).up", norm, features: expansion * width)
      let down = try linear("\(name).down", try graph.append(GELU(), up), features: width)
      return try graph.append(Add(), x, try dropout(name, down, rate: rate))
    }
  }

  private mutating func fold(_ op: some Operator, _ inputs: [ValueID]) throws(GraphError)
    -> ValueID
  {
    var result = inputs[0]
    for next in inputs.dropFirst() { result = try graph.append(op, result, next) }
    return result
  }

  private mutating func activation(_ function: Activation?, _ x: ValueID) throws(GraphError)
    -> ValueID
  {
    switch function {
    case .relu: try graph.append(ReLU(), x)
    case .sigmoid: try graph.append(Sigmoid(), x)
    case .tanh: try graph.append(Tanh(), x)
    case .gelu: try graph.append(GELU(), x)
    case nil: x
    }
  }

  /// The weight of another layer, linear or embedding.
  private func tiedWeight(of owner: String, features: Int?, for name: String)
    throws(GraphError) -> ValueID
  {
    let names = ["\(owner).weight", "\(owner).token.weight"]
    let found = names.compactMap { graph.variable(named: $0) }
    guard let weight = found.first(where: { graph.type(of: $0).shape.rank == 2 }) else {
      let nearest = nearestName(to: owner, in: graph.layers.map(\.name).filter { $0 != owner })
      throw .name(
        name,
        problem: "is tied to \(owner), which is no linear or embedding layer before it with a "
          + "weight of its own" + (nearest.map { "; did you mean \($0)?" } ?? ""))
    }
    let rows = graph.type(of: weight).shape[0]
    guard features ?? rows == rows else {
      throw .name(
        name,
        problem: "wants \(features ?? 0) features, but is tied to \(owner), whose weight has "
          + "\(rows) rows")
    }
    return weight
  }
}
