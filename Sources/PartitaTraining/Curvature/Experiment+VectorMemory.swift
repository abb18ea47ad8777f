public import PartitaCurvature
public import PartitaDevice
internal import PartitaGraph
internal import PartitaPlan
internal import PartitaRuntime
internal import PartitaSchedule

extension Experiment {
  /// Bytes of every rank's part of a vector: of all parameters whose products it gets to know.
  public var vectorBytes: [Int] {
    let staged = mainStagedProgram.staged
    let graph = staged.model.graph
    let tied = staged.edges.filter { $0.kind == .parameter }
    return mainProgram.ranks.map { rank in
      let variables = rank.holdings.flatMap { holding in
        staged.stages[holding.stage].assignments.map(\.variable)
          + tied.filter { $0.to == holding.stage }.map(\.value)
      }
      return Set(variables).filter { graph[$0].role == .direction }
        .reduce(0) { $0 + graph.type(of: $1).bytes(samples: 0) }
    }
  }

  /// Refuses a study whose arenas and vectors don't fit the memory, before any is taken.
  ///
  /// Complexity: that of compiling every rank's lists.
  /// - Parameters:
  ///   - request: what is asked.
  ///   - ranks: those that share the memory, as those of a host.
  ///   - available: bytes that they may take together.
  ///   - device: where they run.
  /// - Throws: `TrainingError.memory` with what would fit.
  public func checkMemory(
    of request: CurvatureRequest, ranks: [Int], available: Int, device: any Device
  ) throws {
    let graph = training.graph
    let dimension = graph.parameters.reduce(0) { $0 + graph.type(of: $1).shape.count }
    // Without the workspace it costs next to nothing, and says enough of what is far too much.
    let least = try arenaBytes(device: PaperDevice())
    let isFarTooMuch = ranks.reduce(0) { Int.sum($0, least[$1]) } > available
    let arenas = isFarTooMuch ? least : try arenaBytes(device: device)
    let (arena, vector) = ranks.reduce((0, 0)) {
      (Int.sum($0.0, arenas[$1]), Int.sum($0.1, vectorBytes[$1]))
    }
    let matrix = request.wantsMatrix ? Int.product(8 * ranks.count, dimension, dimension) : 0
    let vectors = request.vectors(dimension: dimension)
    let needed = Int.sum(.sum(arena, .product(vectors, vector)), matrix)
    guard needed > available else { return }
    let who =
      ranks.count == 1 ? "rank \(ranks[0]) needs" : "the \(ranks.count) ranks of a host need"
    // What isn't a step's vector.
    let fixed = Int.sum(arena, .product(request.vectors(dimension: 0), vector))
    let steps = vector > 0 ? (available - fixed) / vector : 0
    let way =
      if arena > available {
        "not even the arenas fit: take a smaller batch, more microbatches, or ranks on more hosts"
      } else if matrix > 0, needed - matrix <= available {
        "it fits without the full Hessian"
      } else if steps >= 1, matrix == 0 {
        "\(steps) steps of Lanczos' method would fit"
      } else {
        "take ranks on more hosts"
      }
    throw TrainingError.memory(
      "\(who) \(isFarTooMuch ? "more than " : "")\(needed) bytes, and \(available) are available: arenas \(arena), \(vectors) vectors "
        + "\(Int.product(vectors, vector))"
        + (matrix > 0 ? ", the full Hessian \(matrix)" : "") + "; \(way)")
  }
}
