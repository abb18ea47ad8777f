public import PartitaGraph

/// Which values of a network equations and drawings show, and by which symbols.
///
/// Shown are the data x and y, the parameters, what the operators on the way to J make, L, s and J.
/// Not shown is what only serves their computation: a sample's weight and number, what an operator
/// keeps for its gradient, constants, counts of right answers, updates. Some values are written
/// within the operator that reads them: the loss of a sample within L, the squared norm of a weight
/// within s. All this follows from roles, operators and readers, never from a model's name.
public struct NetworkNotation: Sendable {
  /// The network.
  public let model: ModelGraph
  /// Whether samples are written as one array, with their axis in front.
  public let isBatch: Bool
  /// The nodes whose results are shown, in graph order.
  public let nodes: [Node]
  /// s, where there is one.
  public let penalty: ValueID?
  private let symbols: [ValueID: Symbol]

  /// Names the values of a network.
  ///
  /// - Parameters:
  ///   - model: a network with its objective.
  ///   - isBatch: whether all samples of a batch are written as one array.
  public init(_ model: ModelGraph, isBatch: Bool = false) {
    let graph = model.graph
    let isNeeded = graph.isNeeded(for: [model.objective])
    let needed = graph.nodes.filter { isNeeded[$0.index] && !$0.isBackward }
    let penalty = Self.penalty(of: model)
    var inner: Set<ValueID> = []
    for sum in [model.loss, penalty].compactMap({ $0 }) {
      for operand in graph[sum].producer.map({ graph.nodes[$0].inputs }) ?? []
      where graph[operand].producer != nil { inner.insert(operand) }
    }
    nodes = needed.filter { !($0.op is Constant) && !inner.contains($0.outputs[0]) }
    var names = SymbolNames(graph: graph, isBatch: isBatch)
    for node in needed { names.nameVariables(of: node) }
    for node in nodes {
      names.add(
        Self.fixedLetter(node.outputs[0], in: model, penalty) ?? Letters.result(of: node.op),
        to: node.outputs[0])
    }
    symbols = names.symbols()
    self.penalty = penalty
    self.model = model
    self.isBatch = isBatch
  }

  /// The symbol of a value; nil where it isn't shown.
  public subscript(value: ValueID) -> Symbol? { symbols[value] }

  /// Whether a value is shown.
  public func isShown(_ value: ValueID) -> Bool { symbols[value] != nil }

  /// The shown values that a node reads, those within hidden ones among them, each once, in order.
  public func operands(of node: Node) -> [ValueID] {
    var found: [ValueID] = []
    func collect(_ inputs: [ValueID]) {
      for input in inputs {
        if isShown(input) {
          if !found.contains(input) { found.append(input) }
        } else if let producer = model.graph[input].producer {
          collect(model.graph.nodes[producer].inputs)
        }
      }
    }
    collect(node.inputs)
    return found
  }

  /// What stands in the circle of a node: that of the hidden operator that it is a sum of, too.
  public func word(of node: Node) -> String {
    if node.outputs[0] == penalty { return "‖·‖²" }
    return node.op.notationWord
  }

  /// s: what is added to L to make J.
  private static func penalty(of model: ModelGraph) -> ValueID? {
    guard model.objective != model.loss, let producer = model.graph[model.objective].producer
    else { return nil }
    return model.graph.nodes[producer].inputs.first { $0 != model.loss }
  }

  /// The letters of the values that every network has.
  private static func fixedLetter(_ value: ValueID, in model: ModelGraph, _ penalty: ValueID?)
    -> String?
  {
    switch value {
    case model.loss: "L"
    case model.objective: "J"
    case penalty: "s"
    case model.outputs: "o"
    default: nil
    }
  }
}
