public import PartitaGraph

/// A model for whoever plans or prices it: layers with their costs, and what passes between them.
public struct LayerGraph: Hashable, Sendable {
  /// One layer's work for a given number of samples.
  public struct Cost: Hashable, Sendable {
    /// The layer's name.
    public let name: String
    /// Floating-point operations of F and of B.
    public let forwardFlops, backwardFlops: Int
    /// Bytes that F and B read and write.
    public let forwardBytes, backwardBytes: Int
    /// Bytes of the parameters that the layer owns.
    public let parameterBytes: Int
  }

  /// A value that passes from layer to layer.
  public struct Connection: Hashable, Sendable {
    /// The layer that makes it.
    public let from: Int
    /// A layer that reads it.
    public let to: Int
    /// Bytes for the given number of samples.
    public let bytes: Int
  }

  /// The layers, in model order: every connection leads forward.
  public let layers: [Cost]
  /// What passes between them; once for each reading layer.
  public let connections: [Connection]

  /// Reads the layers' costs off a model's graph.
  ///
  /// Complexity: O(nodes + operands).
  public init(_ model: ModelGraph, samples: Int) {
    let graph = model.graph
    let count = graph.layers.count
    var flops = [Pass.forward: Array(repeating: 0, count: count)]
    var bytes = flops
    flops[.backward] = Array(repeating: 0, count: count)
    bytes[.backward] = flops[.backward]
    var connections: Set<Connection> = []

    for node in graph.nodes where model.isLive[node.index] {
      guard let layer = node.layer else { continue }
      let pass = model.passes[node.index]
      let (inputs, outputs) = (node.inputs.map(graph.type), node.outputs.map(graph.type))
      flops[pass]?[layer] += node.op.flops(inputs: inputs, outputs: outputs, samples: samples)
      bytes[pass]?[layer] += (inputs + outputs).reduce(0) { $0 + $1.bytes(samples: samples) }
      guard pass == .forward else { continue }
      for input in node.inputs {
        guard let producer = graph[input].producer, let source = graph.nodes[producer].layer,
          source != layer
        else { continue }
        connections.insert(
          Connection(
            from: source, to: layer, bytes: graph.type(of: input).bytes(samples: samples)))
      }
    }
    var parameterBytes = Array(repeating: 0, count: count)
    for parameter in graph.parameters {
      guard let owner = model.owner(of: parameter) else { continue }
      parameterBytes[owner] += graph.type(of: parameter).bytes(samples: 0)
    }
    self.layers = graph.layers.indices.map { layer in
      Cost(
        name: graph.layers[layer].name,
        forwardFlops: flops[.forward]?[layer] ?? 0, backwardFlops: flops[.backward]?[layer] ?? 0,
        forwardBytes: bytes[.forward]?[layer] ?? 0, backwardBytes: bytes[.backward]?[layer] ?? 0,
        parameterBytes: parameterBytes[layer])
    }
    self.connections = connections.sorted {
      ($0.from, $0.to, $0.bytes) < ($1.from, $1.to, $1.bytes)
    }
  }

  /// Seconds of F and B of each layer by the roofline of a device: whichever takes longer, the
  /// arithmetic or the memory (Williams, Waterman and Patterson 2009).
  public func seconds(flopsPerSecond: Double, bytesPerSecond: Double) -> [Double] {
    layers.map { layer in
      max(Double(layer.forwardFlops) / flopsPerSecond, Double(layer.forwardBytes) / bytesPerSecond)
        + max(
          Double(layer.backwardFlops) / flopsPerSecond,
          Double(layer.backwardBytes) / bytesPerSecond)
    }
  }
}
