internal import PartitaKeys

/// What keeps a plan from being one; the words say what would fit.
public enum PlanError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A cut names no layer.
  case noSuchLayer(name: String, nearest: String?, layers: [String])
  /// A cut can't be made where it is asked for.
  case cut(name: String, problem: String)
  /// The number of stages and the number of cuts contradict each other.
  case stagesAndCuts(stages: Int, cuts: Int)
  /// There are fewer layers than stages.
  case tooManyStages(stages: Int, layers: Int)
  /// The plan needs another number of ranks than there are.
  case ranks(needed: Int, given: Int, shape: String)
  /// No number of stages and replicas makes this number of ranks.
  case noPlanForRanks(given: Int, layers: Int, groups: Int)
  /// A stage has more replicas than there are gradient groups.
  case replicas(stage: Int, replicas: Int, groups: Int)
  /// Anything else that a hand-made plan can get wrong.
  case invalid(String)

  public var description: String {
    switch self {
    case .noSuchLayer(let name, let nearest, let layers):
      "no layer is named '\(name.shortened())'"
        + (nearest.map { "; did you mean '\($0)'?" } ?? ".")
        + " The layers are: \(layers.listed())"
    case .cut(let name, let problem):
      "can't cut before '\(name.shortened())': \(problem)"
    case .stagesAndCuts(let stages, let cuts):
      "\(cuts) cuts make \(cuts + 1) stages, not \(stages): give as many cuts as stages less one, "
        + "or leave one of the two out"
    case .tooManyStages(let stages, let layers):
      "\(stages) stages need at least as many layers, and the model has \(layers): "
        + "use at most \(layers) stages"
    case .ranks(let needed, let given, let shape):
      "the plan of \(shape) needs \(needed) ranks, and there are \(given): start it with "
        + "mpirun -n \(needed), or change parallel.stages and parallel.replicas"
    case .noPlanForRanks(let given, let layers, let groups):
      "\(given) ranks can't be \(layers) layers' stages times at most \(groups) replicas: use a "
        + "number of ranks that is a product of the two, or more training.gradient_groups"
    case .replicas(let stage, let replicas, let groups):
      "stage \(stage) has \(replicas) replicas, but only \(groups) gradient groups: set "
        + "training.gradient_groups to a power of two of at least \(replicas), with as many "
        + "microbatches"
    case .invalid(let problem):
      problem.shortened(to: 1200)
    }
  }
}
