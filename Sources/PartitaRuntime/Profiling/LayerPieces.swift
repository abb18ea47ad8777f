package import PartitaGraph
package import PartitaPlan

/// How the work on a microbatch is cut into lists that are timed one by one.
package struct LayerPieces {
  /// One list.
  package struct Piece {
    package let work: LayerWork
    /// The layer, or 0 where the list is that of all layers.
    package let layer: Int
    let nodes: [Int]
  }

  /// Which lists there are.
  package enum Cut: CaseIterable {
    /// F and B of each layer.
    case layers
    /// F, I and W of each layer: I of all layers first, for upstream waits; each W behind its I.
    case split
    /// F and B of all layers at once: a single stage.
    case whole
  }

  /// The lists, in the order in which a step runs them.
  package let pieces: [Piece]

  /// Cuts the work of a model's layers.
  package init(_ cut: Cut, of stages: [StageGraph]) {
    let forward = stages.map { Piece(work: .forward, layer: $0.index, nodes: $0.forward) }
    switch cut {
    case .layers:
      pieces =
        forward
        + stages.reversed().map { Piece(work: .backward, layer: $0.index, nodes: $0.backward) }
    case .split:
      pieces =
        forward
        + stages.reversed().flatMap { stage in
          [
            Piece(work: .inputGradient, layer: stage.index, nodes: stage.inputGradient),
            Piece(work: .weightGradient, layer: stage.index, nodes: stage.weightGradient),
          ]
        }
    case .whole:
      pieces = [
        Piece(work: .forward, layer: 0, nodes: stages.flatMap(\.forward).sorted()),
        Piece(work: .backward, layer: 0, nodes: stages.flatMap(\.backward).sorted()),
      ]
    }
  }
}
