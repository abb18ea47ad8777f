internal import PartitaFiles

/// A network's layers and what they cost, as a file of the neutral form under PipeDream's cost model, which
/// planners of others can read too: times of a minibatch on one device, bytes of outputs and weights.
public struct NetworkWorkload: Hashable, Sendable {
  /// A layer.
  public struct Node: Hashable, Sendable {
    /// Its name, which no other layer has.
    public let id: String
    /// Seconds of F and of B of a minibatch.
    public let forwardSeconds, backwardSeconds: Double
    /// Bytes of what later layers read, for a minibatch, and of the weights.
    public let activationBytes, parameterBytes: Int

    /// A layer's costs, all at least 0.
    public init(
      id: String, forwardSeconds: Double, backwardSeconds: Double, activationBytes: Int,
      parameterBytes: Int
    ) {
      self.id = id
      self.forwardSeconds = forwardSeconds
      self.backwardSeconds = backwardSeconds
      self.activationBytes = activationBytes
      self.parameterBytes = parameterBytes
    }
  }

  /// What one layer reads of another.
  public struct Edge: Hashable, Sendable {
    /// The layers' places.
    public let from, to: Int
    /// Bytes for a minibatch.
    public let bytes: Int

    /// Bytes from a layer to a later one.
    public init(from: Int, to: Int, bytes: Int) {
      self.from = from
      self.to = to
      self.bytes = bytes
    }
  }

  private let name, source: String
  private let nodes: [Node]
  private let edges: [Edge]

  /// A network.
  /// - Parameters:
  ///   - name: what it is called.
  ///   - source: where the numbers come from.
  ///   - nodes: its layers.
  ///   - edges: who reads whom; they lead from node to node.
  public init(name: String, source: String, nodes: [Node], edges: [Edge]) {
    self.name = name
    self.source = source
    self.nodes = nodes
    self.edges = edges
  }

  /// The file: a line for each node and each edge.
  public var text: String {
    func lines(_ values: [JSON]) -> String { values.map { "    \($0)" }.joined(separator: ",\n") }
    let nodes = lines(
      self.nodes.map {
        [
          "id": .string($0.id), "forward_ms": .number(1000 * $0.forwardSeconds),
          "backward_ms": .number(1000 * $0.backwardSeconds),
          "activation_bytes": .integer($0.activationBytes),
          "parameter_bytes": .integer($0.parameterBytes),
        ]
      })
    let edges = lines(
      self.edges.map {
        [.string(self.nodes[$0.from].id), .string(self.nodes[$0.to].id), .integer($0.bytes)]
      })
    return """
      {
        "name": \(JSON.string(name)),
        "source": \(JSON.string(source)),
        "family": "pipedream",
        "nodes": [
      \(nodes)
        ],
        "edges": [
      \(edges)
        ]
      }

      """
  }
}
