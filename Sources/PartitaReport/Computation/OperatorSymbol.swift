internal import PartitaGraph

extension Node {
  /// What stands in the operator's circle: a sign where textbooks have one, else its name.
  var symbol: String {
    switch op {
    case is Linear: inputs.count == 3 ? "×+" : "×"
    case is MatrixProduct: "×"
    case is Add, is ScalarSum, is Bias: "+"
    case is Multiply: "⊙"
    case is Convolution: inputs.count == 3 ? "∗+" : "∗"
    case is ReLU, is GELU, is Sigmoid, is Tanh, is Pointwise: "φ"
    case is SoftmaxCrossEntropy, is SquaredError: "l"
    case is L2Penalty, is SquaredNorm: "‖·‖²"
    default: op.name
    }
  }
}
