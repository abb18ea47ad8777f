internal import PartitaGraph

/// Letters while they are given out; numbers follow when it is known how often each occurs.
struct SymbolNames {
  private let graph: Graph
  private let isBatch: Bool
  private var letters: [(value: ValueID, letter: String, group: String, number: Int)] = []
  private var named: Set<ValueID> = []
  private var counts: [String: Int] = [:]

  /// No letter is given yet.
  init(graph: Graph, isBatch: Bool) {
    self.graph = graph
    self.isBatch = isBatch
  }

  /// Names the variables that a node is the first to read.
  mutating func nameVariables(of node: Node) {
    var opened: Set<String> = []
    for (operand, value) in node.inputs.enumerated() where !named.contains(value) {
      switch graph[value].role {
      case .input: add("x", to: value)
      case .label: add("y", to: value)
      case .parameter:
        let shape = graph.type(of: value).shape
        let (letter, group) = Letters.parameter(of: node.op, operand: operand, shape: shape)
        // The second parameter of an operator has the number of the first.
        if Letters.opensNumber(letter) || !opened.contains(group) {
          counts[group, default: 0] += 1
        }
        opened.insert(group)
        letters.append((value, letter, group, counts[group, default: 1]))
        named.insert(value)
      default: break
      }
    }
  }

  /// Gives a value a letter of which it is the next.
  mutating func add(_ letter: String, to value: ValueID) {
    guard named.insert(value).inserted else { return }
    counts[letter, default: 0] += 1
    letters.append((value, letter, letter, counts[letter, default: 1]))
  }

  /// The symbols: a letter whose group occurs once has no number.
  func symbols() -> [ValueID: Symbol] {
    var symbols: [ValueID: Symbol] = [:]
    for (value, letter, group, number) in letters {
      let type = graph.type(of: value)
      symbols[value] = Symbol(
        letter, index: counts[group] == 1 ? nil : number,
        rank: type.shape.rank + (isBatch && type.isPerSample ? 1 : 0))
    }
    return symbols
  }
}
