/// What one layer of an imported network is and costs, for a single sample.
public struct LayerCosts: Hashable, Sendable {
  /// A weight of it.
  public struct Weight: Hashable, Sendable {
    /// Its name in the file.
    public let name: String
    /// Its extents.
    public let shape: [Int]
    /// The input of the node that it is.
    let place: Int

    /// The number of its elements.
    public var elements: Int { shape.elementCount }
  }

  /// The layer's name.
  public let name: String
  /// The operator.
  public let operation: String
  /// Floating-point operations of the forward pass of a sample; a product and its sum are two.
  public let operations: Int
  /// Bytes of a sample's results.
  public let bytes: Int
  /// The shapes of its results, the first axis being that of samples.
  public let shapes: [[Int]]
  /// Its trained weights: constants of more than one number, but for what a batch norm keeps.
  public let weights: [Weight]
  /// Numbers that it keeps and that no gradient changes: means and variances of batch norm.
  public let statistics: Int
  /// The layers that it reads; nil stands for the data.
  public let sources: [Int?]
}

extension InferredNetwork {
  /// Operators whose constants say how, not what.
  private static let shaping: Set = ["Resize", "Upsample", "Pad", "OneHot", "Clip"]

  /// The layers: a node each.
  ///
  /// Complexity: O(nodes + operands).
  /// - Parameter samples: the samples that the network's shapes are of.
  public func layers(samples: Int) -> [LayerCosts] {
    var maker: [String: Int] = [:]
    return nodes.enumerated().map { place, inferred in
      let node = inferred.node
      defer { for output in node.outputs where !output.isEmpty { maker[output] = place } }
      var weights: [LayerCosts.Weight] = []
      var statistics = 0
      var sources: [Int?] = []
      for (operand, name) in node.inputs.enumerated() where !name.isEmpty {
        guard let constant = values[name]?.constant else {
          let source = maker[name]
          if !sources.contains(source) { sources.append(source) }
          continue
        }
        guard constant.element.isFloating, constant.count > 1,
          !Self.shaping.contains(node.operation)
        else { continue }
        if node.operation == "BatchNormalization", operand >= 3 {
          statistics += constant.count
        } else {
          weights.append(.init(name: name, shape: constant.shape, place: operand))
        }
      }
      func each(_ number: Int) -> Int { (number + samples - 1) / samples }
      return LayerCosts(
        name: node.name, operation: node.operation, operations: each(inferred.operations),
        bytes: each(inferred.results.reduce(0) { $0 + $1.bytes }),
        shapes: inferred.results.map(\.shape), weights: weights, statistics: statistics,
        sources: sources)
    }
  }
}
