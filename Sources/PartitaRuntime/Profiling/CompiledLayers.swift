internal import PartitaDevice
internal import PartitaGraph

/// The lists of one cut, compiled for each size of a microbatch.
struct CompiledCut<D: Device> {
  let pieces: [LayerPieces.Piece]
  let places: [ValueID: Place]
  /// By samples; in the order of `pieces`.
  let lists: [Int: [D.Executable]]

  init(
    _ pieces: [LayerPieces.Piece], places: [ValueID: Place], sizes: [Int], graph: Graph,
    workspaceStart: Int, device: D
  ) throws(DeviceError) {
    self.pieces = pieces
    self.places = places
    var lists: [Int: [D.Executable]] = [:]
    for samples in sizes {
      for piece in pieces {
        let list = try device.compile(
          KernelList(
            graph: graph, nodes: piece.nodes, samples: samples, places: places,
            workspaceStart: workspaceStart))
        lists[samples, default: []].append(list)
      }
    }
    self.lists = lists
  }

  var workspaceBytes: Int { lists.values.flatMap { $0 }.map(\.workspaceBytes).max() ?? 0 }
}

/// The update lists of each layer.
struct CompiledUpdates<D: Device> {
  /// The roundings of weights, nil where a layer has none; the updates before and after the exchange.
  let roundings: [D.Executable?]
  let before, after: [D.Executable]
  let everywhere: D.Executable

  init(_ staged: StagedModel, layout: LayerLayout, device: D) throws(DeviceError) {
    func list(_ nodes: [Int]) throws(DeviceError) -> D.Executable {
      try device.compile(
        KernelList(
          graph: staged.model.graph, nodes: nodes, samples: 0, places: layout.update,
          workspaceStart: layout.keptBytes))
    }
    var roundings: [D.Executable?] = []
    var (before, after): ([D.Executable], [D.Executable]) = ([], [])
    for stage in staged.stages {
      roundings.append(stage.roundings.isEmpty ? nil : try list(stage.roundings))
      before.append(try list(stage.updateBeforeExchange))
      after.append(try list(stage.updateAfterExchange))
    }
    self.roundings = roundings
    self.before = before
    self.after = after
    everywhere = try list(staged.stages[0].everywhere)
  }

  var workspaceBytes: Int {
    (roundings.compactMap { $0 } + before + after + [everywhere]).map(\.workspaceBytes).max() ?? 0
  }
}
