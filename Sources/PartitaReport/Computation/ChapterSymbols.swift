public import PartitaGraph

/// What values are called: x, W1, b1, z1, h1, ..., o, y, L, s, J, as in Dive into Deep Learning,
/// section 5.3; an index only where there are several.
public struct ChapterSymbols: Sendable {
  private var symbols: [ValueID: String] = [:]

  /// Names the values that J depends on.
  public init(_ model: ModelGraph) {
    let graph = model.graph
    let isNeeded = graph.isNeeded(for: [model.objective])
    let readers = graph.readers()
    let owners = graph.parameters.compactMap { model.owner(of: $0) }
    let numbers = Dictionary(
      uniqueKeysWithValues: Set(owners).sorted().enumerated().map { ($1, $0 + 1) })
    for value in graph.values {
      switch value.role {
      case .input: symbols[value.id] = "x"
      case .label: symbols[value.id] = "y"
      case .parameter:
        let owner = model.owner(of: value.id)
        let layer = owner.map { graph.layers[$0].name } ?? ""
        let rest = value.name.dropFirst(layer.count + 1).split(separator: ".").dropLast()
        let letter = value.name.hasSuffix("bias") ? "b" : "W"
        let number = owner.flatMap { numbers[$0] } ?? 0
        symbols[value.id] =
          rest.isEmpty
          ? "\(letter)\(Self.lowered(number))" : "\(letter) \(rest.joined(separator: "."))"
      case nil: break
      default: symbols[value.id] = value.name
      }
    }
    var named: [(id: ValueID, letter: String)] = []
    for node in graph.nodes where isNeeded[node.index] {
      for output in node.outputs
      where !readers[output.index].contains(where: { reader in
        isNeeded[reader]
          && graph.nodes[reader].inputs.contains { graph[$0].role == .sampleWeight }
      }) {
        let isBent = readers[output.index].contains {
          graph.nodes[$0].symbol == "φ" && isNeeded[$0]
        }
        named.append((output, isBent ? "z" : "h"))
      }
    }
    let known: [ValueID] = [model.loss, model.objective, model.outputs]
    named.removeAll { known.contains($0.id) }
    for letter in ["z", "h"] {
      let own = named.filter { $0.letter == letter && graph.type(of: $0.id).isPerSample }
      let shown = own.filter { graph.nodes[graph[$0.id].producer ?? 0].outputs[0] == $0.id }
      for (index, value) in shown.enumerated() {
        symbols[value.id] = shown.count == 1 ? letter : letter + Self.lowered(index + 1)
      }
    }
    symbols[model.outputs] = "o"
    symbols[model.loss] = "L"
    if model.objective != model.loss {
      symbols[model.objective] = "J"
      if let producer = graph[model.objective].producer, let s = graph.nodes[producer].inputs.last {
        symbols[s] = "s"
      }
    }
  }

  /// What a value is called.
  public subscript(id: ValueID) -> String { symbols[id] ?? "\(id)" }

  private static func lowered(_ number: Int) -> String {
    String(
      "\(number)".unicodeScalars.map { scalar in
        Character(Unicode.Scalar(scalar.value + 0x2050) ?? scalar)
      })
  }
}
