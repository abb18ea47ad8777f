/// What a step of a run does.
public enum StepKind: String, Hashable, Sendable {
  /// Gradients of J, and updates of the weights.
  case training
  /// H·v, the product of the Hessian of J with a vector; the weights stay as they are.
  case curvature
}
