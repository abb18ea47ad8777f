public import PartitaGraph

/// What PyTorch calls the weights of a network in a module of the same shape.
///
/// - A GPT is that of nanoGPT (github.com/karpathy/nanoGPT, `model.py`).
/// - Layers each of which reads the one before, and which torch.nn has, are a `torch.nn.Sequential`.
/// - All others keep their names: layers are attributes of a module, as `conv1.weight`; those of a
///   residual network are called as torchvision calls them.
///
/// Weights have PyTorch's own shapes here, so names are all that differs.
public struct TorchNames: Hashable, Sendable {
  /// The module in Python; nil where layers are attributes of a module of one's own.
  public let module: String?
  /// PyTorch's names by ours. A tied weight has one for each layer that reads it, as a module's
  /// `state_dict` has it.
  public let names: [String: [String]]

  /// The names for a network.
  ///
  /// - Parameters:
  ///   - layers: its layers.
  ///   - graph: the graph that was made of them.
  public init(_ layers: [LayerDescription], in graph: Graph) {
    let weights = graph.values.filter { $0.role != nil && !$0.type.isPerSample }.map(\.name)
    let shapes = Dictionary(
      graph.values.filter { $0.role != nil }.map { ($0.name, $0.type.shape) },
      uniquingKeysWith: { first, _ in first })
    if let gpt = NanoGPT(layers, shapes: shapes) {
      module = gpt.module
      names = gpt.names
    } else if let sequence = TorchSequence(layers, in: graph, weights: weights, shapes: shapes) {
      module = sequence.module
      names = sequence.names
    } else {
      module = nil
      names = Dictionary(weights.map { ($0, [$0]) }, uniquingKeysWith: { first, _ in first })
    }
  }

  /// Our names by PyTorch's: what `model.rename` says when the file is read again.
  public var ours: [String: String] {
    var ours: [String: String] = [:]
    for (name, theirs) in names {
      for other in theirs { ours[other] = name }
    }
    return ours
  }
}
