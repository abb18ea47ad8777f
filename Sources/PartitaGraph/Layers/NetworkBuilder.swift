/// A network under construction: the graph, and what layers are made of.
///
/// Layers append their nodes to `graph`. The methods beside it (`linear`, `layerNorm`, `dropout`
/// and others) stand in the files of the layers that they are the whole of; a layer may be made of
/// several.
public struct NetworkBuilder: Sendable {
  /// The graph so far; the layer that is built is open.
  public var graph: Graph
  /// Whether dropout drops.
  public let mode: NetworkMode
  /// What dropout's random numbers are keyed by.
  public let seed: UInt64
  /// The classes of the data's labels, of a text the different tokens; nil where nobody said.
  public let classes: Int?

  /// Appends a parameter.
  /// - Throws: `GraphError` for a shape without elements, or a name that is taken.
  public mutating func parameter(_ name: String, _ shape: Shape, _ start: Initializer)
    throws(GraphError) -> ValueID
  {
    guard shape.extents.allSatisfy({ $0 > 0 }) else {
      throw .name(name, problem: "a parameter can't have the shape \(shape)")
    }
    return try graph.parameter(name, shape, start)
  }

  /// The variable with this name, made on first use.
  mutating func variable(_ name: String, _ type: ValueType, _ role: VariableRole)
    throws(GraphError) -> ValueID
  {
    if let known = graph.variable(named: name) { return known }
    return try graph.variable(name, type, role)
  }
}
