public import PartitaGraph

/// A list of nodes to be compiled: what runs in one go, and where its values lie.
public struct KernelList {
  /// The graph that the nodes belong to.
  public let graph: Graph
  /// The nodes, in an order in which operands come first.
  public let nodes: [Int]
  /// The samples of the microbatch.
  public let samples: Int
  /// Where values lie that come from outside of the list or are read outside of it; all others
  /// get a place in the workspace.
  public let places: [ValueID: Place]
  /// The first byte of the workspace that the list may use.
  public let workspaceStart: Int

  /// Operands come first in `nodes`; whatever comes from outside of them has a place.
  public init(
    graph: Graph, nodes: [Int], samples: Int, places: [ValueID: Place], workspaceStart: Int
  ) {
    self.graph = graph
    self.nodes = nodes
    self.samples = samples
    self.places = places
    self.workspaceStart = workspaceStart
  }
}
