internal import PartitaWorkload

/// One way to run a node of a stage.
struct PiperChoice: Hashable {
  let id: String
  let seconds, weights, perMicrobatch, besides: Double
  /// 2 · bytes with neighbours in other stages, beside the edges' own.
  var syncBytes = 0.0
}

/// What stages look up of each node, made once for a model; limits are none of its business.
///
/// Nodes of equal choices are of one kind: networks have many of them.
struct PiperStageCosts {
  /// The tensor degrees that occur, ascending.
  let degrees: [Int]
  /// The kind of each node by degree: `kinds[degree][node]`, -1 where it has no variant of it.
  let kinds: [[Int32]]
  /// The choices of each kind, in file order.
  let choices: [[[PiperChoice]]]
  /// Whether a variant of a node has further bytes with neighbours, by degree.
  let hasSync: [[Bool]]
  /// The edges of each node: the other node, 2 · bytes, and whether the edge leads to this node.
  let edges: [[(other: Int, bytes: Double, isIn: Bool)]]

  init(_ model: PiperModel) {
    let variants = model.costs.variants
    degrees = Set(variants.joined().map(\.tensorDegree)).sorted()
    var kinds: [[Int32]] = []
    var choices: [[[PiperChoice]]] = []
    var hasSync: [[Bool]] = []
    for degree in degrees {
      var places: [[PiperChoice]: Int32] = [:]
      var own: [[PiperChoice]] = []
      kinds.append(
        variants.map { variants in
          let list = variants.filter { $0.tensorDegree == degree }.map {
            PiperChoice(
              id: $0.id, seconds: $0.seconds, weights: $0.parameterBytes,
              perMicrobatch: $0.memoryPerMicrobatch, besides: $0.memoryBesides)
          }
          guard !list.isEmpty else { return -1 }
          if let place = places[list] { return place }
          places[list] = Int32(own.count)
          own.append(list)
          return Int32(own.count - 1)
        })
      choices.append(own)
      hasSync.append(
        variants.map { variants in
          variants.contains {
            $0.tensorDegree == degree && !($0.syncIn.isEmpty && $0.syncOut.isEmpty)
          }
        })
    }
    self.kinds = kinds
    self.choices = choices
    self.hasSync = hasSync
    var edges = Array(
      repeating: [(other: Int, bytes: Double, isIn: Bool)](), count: model.graph.count)
    for edge in model.graph.edges {
      edges[edge.from].append((edge.to, 2 * edge.bytes, false))
      edges[edge.to].append((edge.from, 2 * edge.bytes, true))
    }
    self.edges = edges
  }
}
