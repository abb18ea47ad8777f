public import PartitaGraph

extension Operator {
  /// What stands in the operator's circle in a drawing: a sign where mathematics has one, else its name.
  public var notationWord: String {
    switch self {
    case is Linear, is MatrixProduct: "×"
    case is Convolution: "∗"
    case is Add, is ScalarSum, is Bias: "+"
    case is Multiply: "⊙"
    case is L2Penalty, is SquaredNorm: "‖·‖²"
    case is SoftmaxCrossEntropy, is SquaredError, is WeightedMean: "l"
    default: name
    }
  }
}
