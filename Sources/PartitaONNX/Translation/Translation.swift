internal import PartitaGraph

/// A network whose nodes all are layers that run here, with the file's weights.
struct Translation {
  /// A parameter's first values, made when they are asked for: they may be many.
  struct Source: Sendable {
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

  /// The layer that makes each value of the file.
  private var makers: [String: String] = [:]
  /// The nodes that read each matrix or kernel.
  private var owners: [String: String] = [:]
  private var names: Set = [LayerDescription.dataName]
  private let samples: Int

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
    makers[input.name] = LayerDescription.dataName
    let ends = Self.namesOfOutput(output.name, in: network)
    for inferred in network.nodes {
      let node = inferred.node
      do throws(NodeProblem) {
        for (name, type) in zip(node.outputs, inferred.results) where type.shape.first != samples {
          throw NodeProblem("its result '\(name)', \(type), has no axis of samples in front")
        }
        if let made = node.outputs.first, ends.contains(made), isClassSoftmax(inferred) {
          try alias(inferred)
          leavesSoftmaxOut = true
        } else {
          try translate(inferred)
        }
      } catch {
        throw .node(name: node.name, operation: node.operation, problem: error.words)
      }
    }
    outputShape = Array(output.type.shape.dropFirst())
    guard let last = layers.last, makers[output.name] == last.name else {
      throw .malformed("its output '\(output.name)' isn't made by its last layer")
    }
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
      && (try? softmaxAxis(inferred)) == inferred.results[0].shape.count - 1
  }

  // MARK: What nodes become

  /// The layer that makes an operand.
  /// - Throws: `NodeProblem` for an operand that is a constant.
  func source(_ inferred: InferredNode, _ place: Int) throws(NodeProblem) -> String {
    let name = place < inferred.node.inputs.count ? inferred.node.inputs[place] : ""
    guard let maker = makers[name] else {
      throw NodeProblem("its input \(place) is a constant, and layers here read data there")
    }
    return maker
  }

  /// A node that changes nothing.
  mutating func alias(_ inferred: InferredNode) throws(NodeProblem) {
    makers[inferred.node.outputs[0]] = try source(inferred, 0)
  }

  /// Appends a layer that reads others, and says that it makes one of the node's results.
  ///
  /// - Parameters:
  ///   - kind: what it computes.
  ///   - inferred: the node.
  ///   - sources: the layers that it reads.
  ///   - suffix: what is added to the node's name, for all but the last of its layers.
  ///   - result: which of the node's results it makes.
  /// - Returns: the layer's name.
  @discardableResult
  mutating func append(
    _ kind: some LayerKind, _ inferred: InferredNode, reading sources: [String],
    suffix: String = "", result: Int? = 0
  ) -> String {
    var name = inferred.node.name + suffix
    while !names.insert(name).inserted { name += "_" }
    layers.append(LayerDescription(name, kind, inputs: sources))
    if let result, result < inferred.node.outputs.count {
      makers[inferred.node.outputs[result]] = name
    }
    return name
  }

  /// The same for a layer that reads the node's first operand.
  @discardableResult
  mutating func append(
    _ kind: some LayerKind, _ inferred: InferredNode
  ) throws(NodeProblem) -> String {
    append(kind, inferred, reading: [try source(inferred, 0)])
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
      let other = owners.updateValue(layer, forKey: name)
    {
      throw NodeProblem(
        "its weight '\(name)' is that of '\(other)' too, and shared ones aren't translated")
    }
    weights.append(
      Source(name: "\(layer).\(parameter)", shape: shape ?? constant.shape) {
        change(constant.floats)
      })
  }

  /// Gives a layer's parameter values of our own.
  mutating func weight(
    _ parameter: String, of layer: String, shape: [Int], _ values: @escaping @Sendable () -> [Float]
  ) {
    weights.append(Source(name: "\(layer).\(parameter)", shape: shape, values: values))
  }
}

extension InferredNode {
  /// The shape of a sample of a result.
  func sampleShape(of result: Int = 0) -> [Int] { Array(results[result].shape.dropFirst()) }

  /// The shape of a sample of an operand.
  func operandShape(_ place: Int = 0) throws(NodeProblem) -> [Int] {
    Array(try call.type(place).shape.dropFirst())
  }

  /// Whether an operand is the same for all data.
  func isConstant(_ place: Int) -> Bool { call.optional(place)?.constant != nil }
}
