import PartitaGraph
import PartitaKeys

/// A rule of another package that can't be cut: matrices follow their gradient less its mean over all
/// elements. Vectors follow theirs as it is, with momentum.
struct CentredSGD: OptimizerRule {
  static let name = "centred-sgd"
  static let summary = "gradient descent along centred gradients"
  static let usualLearningRate = 0.1

  init() {}

  init(_ section: ConfigSection) throws(ConfigError) {}

  func update(
    _ call: UpdateCall, in graph: inout Graph
  ) throws(GraphError) -> [Assignment] {
    var gradient = call.gradient
    let shape = graph.type(of: gradient).shape
    if shape.rank > 1 {
      let axes = Array(0..<shape.rank)
      let mean = try graph.append(Mean(axes: axes), gradient)
      let everywhere = try graph.append(Broadcast(to: shape, along: axes), mean)
      gradient = try graph.append(Add(), gradient, try graph.append(Scale(-1), everywhere))
    }
    let velocity = try graph.state("momentum", of: call.parameter)
    let next = try graph.append(Add(), try graph.append(Scale(0.9), velocity), gradient)
    let descended = try graph.append(Descend(), call.parameter, next, call.learningRate)
    return [
      Assignment(variable: velocity, value: next),
      Assignment(variable: call.parameter, value: descended),
    ]
  }
}
