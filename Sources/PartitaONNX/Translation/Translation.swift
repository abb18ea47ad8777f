internal import PartitaGraph

/// A network whose nodes all are layers that run here, with the file's weights.
struct Translation {
  /// A parameter's first values, made when they are asked for: they may be many.
  struct Source: Sendable {
    /// The layer that has it.
    let layer: String
    let name: String
    let shape: [Int]
    let values: @Sendable () -> [Float]
  }

  /// The layers, each behind those that it reads.
  private(set) var layers: [LayerDescription] = []
  /// The file's weights, by the names of the layers' parameters.
  private(set) var weights: [Source] = []
  /// The shape of a sample of the data.
  let sampleShape: [Int]
  /// The shape of what the network says of a sample.
  private(set) var outputShape: [Int] = []
  /// Whether the file's last node was a softmax: it is left out, for the loss has its own.
  private(set) var leavesSoftmaxOut = false

  /// The layer that makes each value of the file, and where that has its samples.
  private var makers: [String: (layer: String, place: SamplePlace)] = [:]
  /// The layer that has each matrix or kernel, and in which form.
  private var owners: [String: (layer: String, form: String)] = [:]
  private var names: Set = [LayerDescription.dataName]
  /// The samples that shapes are of.
  let samples: Int

  /// Translates a network node by node.
  ///
  /// - Parameters:
  ///   - network: the network, its shapes known.
  ///   - samples: the samples that its shapes are of.
  /// - Throws: `ONNXError` that names the first node that has no layer here, and why.
  init(_ network: InferredNetwork, samples: Int) throws(ONNXError) {
    guard network.inputs.count == 1, let input = network.inputs.first else {
      throw .malformed("it has \(network.inputs.count) inputs, and a network here reads one")
    }
    guard network.outputs.count == 1, let output = network.outputs.first else {
      throw .malformed("it has \(network.outputs.count) outputs, and a network here has one")
    }
    guard input.type.element == .float32, input.type.shape.first == samples,
      input.type.shape.count >= 2
    else {
      throw .input(
        name: input.name, problem: "it is no array of real values with an axis of samples in front")
    }
    self.samples = samples
    sampleShape = Array(input.type.shape.dropFirst())
    makers[input.name] = (LayerDescription.dataName, SamplePlace(axis: 0))
    let ends = Self.namesOfOutput(output.name, in: network)
    for inferred in network.recognised() {
      let node = inferred.node
      do throws(NodeProblem) {
        if let made = node.outputs.first, ends.contains(made), isClassSoftmax(inferred) {
          try alias(inferred)
          leavesSoftmaxOut = true
        } else {
          try translate(inferred)
        }
        for (name, type) in zip(node.outputs, inferred.results) {
          if let made = makers[name], !made.place.fits(type.shape, samples: samples) {
            throw NodeProblem("its result '\(name)', \(type), keeps no axis of samples")
          }
        }
      } catch {
        throw .node(name: node.name, operation: node.operation, problem: error.words)
      }
    }
    outputShape = Array(output.type.shape.dropFirst())
    guard let made = makers[output.name], made.layer != LayerDescription.dataName else {
      throw .malformed("its output '\(output.name)' isn't made by a layer")
    }
    guard made.place.isInFront else {
      throw .malformed(
        "its output '\(output.name)', \(output.type), has its samples on axis \(made.place.axis), "
          + "and a network here has them in front")
    }
    keepWhatMakes(made.layer)
  }

  /// Leaves layers out that the output isn't made of.
  private mutating func keepWhatMakes(_ output: String) {
    var wanted: Set = [output]
    var kept: [LayerDescription] = []
    for layer in layers.reversed() where wanted.contains(layer.name) {
      wanted.formUnion(layer.inputs)
      kept.append(layer)
    }
    layers = kept.reversed()
    weights.removeAll { !wanted.contains($0.layer) }
  }

  /// The names under which the output passes through the nodes at the end that change nothing.
  private static func namesOfOutput(_ output: String, in network: InferredNetwork) -> Set<String> {
    network.nodes.reversed().reduce(into: [output]) { names, inferred in
      guard let made = inferred.node.outputs.first, names.contains(made),
        inferred.node.operation == "Identity"
      else { return }
      names.insert(inferred.node.inputs[0])
    }
  }

  /// Softmax along the last axis, which cross-entropy has by itself.
  private func isClassSoftmax(_ inferred: InferredNode) -> Bool {
    ["Softmax", "LogSoftmax"].contains(inferred.node.operation)
      && (try? softmaxAxes(inferred)) == [inferred.results[0].shape.count - 1]
  }

  // MARK: What nodes become

  /// The layer that makes an operand.
  /// - Throws: `NodeProblem` for an operand that is a constant.
  func source(_ inferred: InferredNode, _ place: Int = 0) throws(NodeProblem) -> String {
    try made(inferred, place).layer
  }

  /// Where an operand has its samples.
  /// - Throws: `NodeProblem` for an operand that is a constant.
  func place(_ inferred: InferredNode, _ place: Int = 0) throws(NodeProblem) -> SamplePlace {
    try made(inferred, place).place
  }

  private func made(
    _ inferred: InferredNode, _ place: Int
  ) throws(NodeProblem) -> (layer: String, place: SamplePlace) {
    let name = place < inferred.node.inputs.count ? inferred.node.inputs[place] : ""
    guard let made = makers[name] else {
      throw NodeProblem("its input \(place) is a constant, and layers here read data there")
    }
    return made
  }

  /// A node that changes nothing, or nothing but where the file has its samples.
  mutating func alias(
    _ inferred: InferredNode, reading operand: Int = 0, at moved: SamplePlace? = nil
  ) throws(NodeProblem) {
    let (layer, place) = try made(inferred, operand)
    makers[inferred.node.outputs[0]] = (layer, moved ?? place)
  }

  /// Appends a layer that reads others, and says that it makes one of the node's results.
  ///
  /// - Parameters:
  ///   - kind: what it computes.
  ///   - inferred: the node.
  ///   - sources: the layers that it reads.
  ///   - place: where the result has its samples in the file.
  ///   - suffix: what is added to the node's name, for all but the last of its layers.
  ///   - result: which of the node's results it makes.
  /// - Returns: the layer's name.
  @discardableResult
  mutating func append(
    _ kind: some LayerKind, _ inferred: InferredNode, reading sources: [String],
    at place: SamplePlace = SamplePlace(axis: 0), suffix: String = "", result: Int? = 0
  ) -> String {
    var name = inferred.node.name + suffix
    while !names.insert(name).inserted { name += "_" }
    layers.append(LayerDescription(name, kind, inputs: sources))
    if let result, result < inferred.node.outputs.count {
      makers[inferred.node.outputs[result]] = (name, place)
    }
    return name
  }

  /// The same for a layer that reads the node's first operand and leaves samples where they are.
  @discardableResult
  mutating func append(
    _ kind: some LayerKind, _ inferred: InferredNode
  ) throws(NodeProblem) -> String {
    let (layer, place) = try made(inferred, 0)
    return append(kind, inferred, reading: [layer], at: place)
  }

  /// Gives a layer's parameter the values of a constant that the node reads.
  ///
  /// - Parameters:
  ///   - parameter: the parameter's name behind that of the layer.
  ///   - layer: the layer.
  ///   - inferred: the node.
  ///   - place: which of the node's inputs the constant is.
  ///   - shape: the parameter's extents; nil for those of the constant.
  ///   - change: what becomes of the values.
  /// - Throws: `NodeProblem` where the input depends on data, or where it is a matrix that another
  ///   layer has.
  mutating func weight(
    _ parameter: String, of layer: String, _ inferred: InferredNode, _ place: Int,
    shape: [Int]? = nil, _ change: @escaping @Sendable ([Float]) -> [Float] = { $0 }
  ) throws(NodeProblem) {
    let constant = try inferred.call.constant(place)
    let name = inferred.node.inputs[place]
    if constant.shape.count(where: { $0 > 1 }) >= 2,
      let other = owners.updateValue((layer, parameter), forKey: name)
    {
      throw NodeProblem(
        "its weight '\(name)' is that of '\(other.layer)' too, in another form")
    }
    weight(parameter, of: layer, shape: shape ?? constant.shape) { change(constant.floats) }
  }

  /// Appends x·Wᵀ (+ b) with a matrix of the file; nodes that read it in one form share it.
  ///
  /// - Parameters:
  ///   - inferred: the node.
  ///   - operand: which of its inputs the matrix is.
  ///   - matrix: its [rows, columns].
  ///   - isTurned: whether rows are features already, as W has them.
  ///   - bias: whether there is b, whose values the caller gives.
  ///   - factor: what the matrix is multiplied by.
  ///   - source: the layer that is read.
  ///   - place: where the result has its samples.
  ///   - suffix: what is added to the node's name.
  ///   - result: which of the node's results it makes.
  /// - Returns: the layer's name.
  /// - Throws: `NodeProblem` where another layer has the matrix in another form.
  mutating func linear(
    _ inferred: InferredNode, _ operand: Int, matrix: [Int], isTurned: Bool, bias: Bool = false,
    factor: Float = 1, reading source: String, at place: SamplePlace, suffix: String = "",
    result: Int? = 0
  ) throws(NodeProblem) -> String {
    let (features, inputs) = isTurned ? (matrix[0], matrix[1]) : (matrix[1], matrix[0])
    let name = inferred.node.inputs[operand]
    let form = "\(factor) of \(features) rows"
    if let owner = owners[name], owner.form == form + (isTurned ? "" : ", turned") {
      return append(
        .linear(features: nil, bias: bias, tiedTo: owner.layer), inferred, reading: [source],
        at: place, suffix: suffix, result: result)
    }
    let layer = append(
      .linear(features: features, bias: bias), inferred, reading: [source], at: place,
      suffix: suffix, result: result)
    try weight("weight", of: layer, inferred, operand, shape: [features, inputs]) { values in
      let rows = isTurned ? values : transposed(values, rows: inputs)
      return factor == 1 ? rows : rows.map { factor * $0 }
    }
    owners[name]?.form = form + (isTurned ? "" : ", turned")
    return layer
  }

  /// Gives a layer's parameter values of our own.
  mutating func weight(
    _ parameter: String, of layer: String, shape: [Int], _ values: @escaping @Sendable () -> [Float]
  ) {
    weights.append(
      Source(layer: layer, name: "\(layer).\(parameter)", shape: shape, values: values))
  }
}

extension InferredNode {
  /// Whether an operand is the same for all data.
  func isConstant(_ place: Int) -> Bool { call.optional(place)?.constant != nil }
}

/// A matrix whose columns are another's rows.
private func transposed(_ values: [Float], rows: Int) -> [Float] {
  let columns = values.count / max(rows, 1)
  var result: [Float] = []
  result.reserveCapacity(values.count)
  for column in 0..<columns {
    for row in 0..<rows { result.append(values[row * columns + column]) }
  }
  return result
}
