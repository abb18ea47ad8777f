internal import PartitaKeys

/// What can be wrong with a graph or a model.
public enum GraphError: Error, Hashable, Sendable, CustomStringConvertible {
  /// An operator can't take these operands.
  case operands(operator: String, layer: String?, problem: String)
  /// A value that gathers several samples is read by a computation on single samples.
  case mixesSamples(operator: String, layer: String?)
  /// The gradient of something other than a shared scalar was asked for.
  case notAScalar(value: String, type: String)
  /// An operator has neither a gradient rule nor a decomposition.
  case notDifferentiable(operator: String)
  /// A name stands for two things, or for none.
  case name(String, problem: String)
  /// A model's description can't be built.
  case model(problem: String)

  public var description: String { words.shortened(to: 1200) }

  private var words: String {
    switch self {
    case .operands(let name, let layer, let problem):
      "\(layer.map { "layer \($0.shortened()): " } ?? "")\(name): \(problem)"
    case .mixesSamples(let name, let layer):
      "\(layer.map { "layer \($0.shortened()): " } ?? "")\(name) reads a sum over all samples while single "
        + "samples are still computed: no microbatch could do that alone"
    case .notAScalar(let value, let type):
      "only a shared scalar can be differentiated; \(value) is \(type)"
    case .notDifferentiable(let name):
      "\(name) has neither a gradient rule nor a decomposition"
    case .name(let name, let problem):
      "\(name.shortened()): \(problem)"
    case .model(let problem):
      problem
    }
  }

  /// The same error, said of a layer, where none is named yet.
  func inLayer(_ name: String?) -> GraphError {
    switch self {
    case .operands(let op, nil, let problem): .operands(operator: op, layer: name, problem: problem)
    case .mixesSamples(let op, nil): .mixesSamples(operator: op, layer: name)
    default: self
    }
  }
}
