public import PartitaGraph
public import PartitaNotation

/// The computational graph of a model as textbooks draw it: boxes are values, circles are operators,
/// the data on the left, J on the right.
///
/// The notation and the directions are those of Dive into Deep Learning, section 5.3: what the graph
/// computes, decides what is drawn, and no kind of model is a special case.
public struct GraphDrawing: Sendable {
  /// What is wanted.
  public struct Request: Sendable {
    /// What the drawing is called.
    public var title: String
    /// Samples of a microbatch: what bytes and operations are counted for.
    public var samples: Int
    /// Whether each value has its gradient beside it.
    public var showsGradients = false
    /// Whether layers that repeat are all drawn.
    public var unfolds = false
    /// Whether a node stands for a whole layer; gradients aren't shown then.
    public var showsLayers = false
    /// The cut that colours and borders show; nil for none.
    public var cut: StagedModel?

    /// The forward graph, uncut, folded.
    public init(title: String, samples: Int) {
      self.title = title
      self.samples = samples
    }
  }

  /// What is laid out and drawn.
  package let diagram: Diagram
  /// What was asked for.
  let request: Request
  /// The facts of each node.
  let facts: [DrawnFact]
  /// What crosses between stages.
  let crossings: [StageCrossing]

  /// Draws a model.
  ///
  /// Complexity: O(nodes + operands), and a differentiation with gradients.
  /// - Parameters:
  ///   - notation: the model, and what its values are called.
  ///   - request: what is wanted.
  /// - Throws: `GraphError` where gradients are asked for of what has none.
  public init(_ notation: NetworkNotation, _ request: Request) throws(GraphError) {
    var builder = DiagramBuilder(notation, request)
    if request.showsLayers {
      builder.drawLayers()
    } else {
      if request.showsGradients { try builder.differentiate() }
      builder.draw()
    }
    diagram = builder.diagram
    facts = builder.facts
    crossings = builder.crossings
    self.request = request
  }

  /// The picture as a file of its own.
  public var svg: String { diagram.picture.document }

  /// The graph in the language of Graphviz.
  public var dot: String { diagram.dot }
}

/// What there is to say of a node.
struct DrawnFact: Sendable {
  /// A value's symbol, as `W1`; an operator's name.
  var name: String
  /// What it computes, or what role it has.
  var what: String
  /// The layer; empty for none.
  var layer: String
  /// The shape of a value; empty for an operator.
  var shape = ""
  /// Operations and bytes for the samples of a microbatch; nil where there are none.
  var flops, bytes: Int?
  /// Who reads it, or what it reads.
  var neighbours: [String] = []
}

/// What travels between two stages.
struct StageCrossing: Sendable {
  /// As a person says it.
  var words: String
  /// What travels.
  var kind: Edge.Kind
  /// The stages.
  var from, to: Int
  /// Bytes of a microbatch; of a step for what travels once a step.
  var bytes: Int
}
