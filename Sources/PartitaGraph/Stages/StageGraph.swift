/// What one stage computes: the part of a model's graph that belongs to a set of layers.
///
/// All lists hold indices into `Graph.nodes`, in graph order, and only nodes that something asked
/// for depends on.
public struct StageGraph: Sendable {
  /// The stage's place in the pipeline.
  public let index: Int
  /// The layers that the stage holds, in model order.
  public let layers: [Int]
  /// The weights' roundings of mixed precision: once a step, before its first F.
  public let roundings: [Int]
  /// F: once a microbatch.
  public let forward: [Int]
  /// I: the part of the backward computation that upstream stages wait for.
  public let inputGradient: [Int]
  /// W: the rest of the backward computation, which nobody waits for.
  public let weightGradient: [Int]
  /// The update as far as it needs nothing from other layers' scalars.
  public let updateBeforeExchange: [Int]
  /// The scalars of the whole objective, computed by every stage alike.
  public let everywhere: [Int]
  /// The update of what depends on those scalars.
  public let updateAfterExchange: [Int]
  /// The variables that each microbatch fills: data, labels, sample weights and indices.
  public let microbatchVariables: [ValueID]
  /// The parameters that forward or backward nodes read here.
  public let parameters: [ValueID]
  /// The parameters, and optimizers' states, that are updated here.
  public let assignments: [Assignment]
  /// R: forward nodes that run once more before the backward pass, for what F didn't keep.
  public let recompute: [Int]
  /// Per-sample values that F keeps, for the backward pass or for R.
  public let stash: [ValueID]
  /// Per-sample values that the backward pass reads and R makes.
  public let recomputed: [ValueID]
  /// Per-sample values that the host reads behind F: the network's outputs, where it is asked for them.
  public let told: [ValueID]
  /// Float32 sums over samples to which each microbatch contributes here: gradients.
  public let contributions: [ValueID]
  /// Float64 sums over samples to which each microbatch contributes here: loss, right answers.
  public let sampleScalars: [ValueID]

  /// B: the whole backward computation, in graph order.
  public var backward: [Int] { (inputGradient + weightGradient).sorted() }
}

/// A value that one stage makes and another reads.
public struct Edge: Hashable, Sendable {
  /// What travels.
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    /// A per-sample value, once a microbatch, downstream.
    case activation
    /// A per-sample gradient, once a microbatch, upstream.
    case gradient
    /// A reader's share of a tied parameter's gradient, once a step, to the owner.
    case contribution
    /// A tied parameter's new value, once a step, from the owner.
    case parameter
  }

  /// What travels.
  public let kind: Kind
  /// The value.
  public let value: ValueID
  /// The stage that makes it.
  public let from: Int
  /// The stage that reads it.
  public let to: Int
}
