internal import PartitaGraph

/// Which letters operators give to their results and to the parameters that they read.
enum Letters {
  /// The letter of a parameter, and the group that it is counted in: W and b of one layer have one
  /// number.
  static func parameter(of op: any Operator, operand: Int, shape: Shape) -> (
    letter: String, group: String
  ) {
    switch op {
    case is Linear: (operand == 1 ? "W" : "b", "W")
    case is Convolution: (operand == 1 ? "K" : "b", "W")
    case is Bias: ("b", "W")
    case is Embedding: ("E", "E")
    case is LayerNorm, is BatchNorm, is BatchNormPrediction: (operand == 1 ? "γ" : "β", "γ")
    case is Multiply: ("γ", "γ")
    case is Add: shape.rank == 2 ? ("T", "T") : ("b", "W")
    default: shape.rank >= 2 ? ("W", "W") : ("b", "W")
    }
  }

  /// Whether a number is given to each operator of the group, and not to each parameter.
  static func opensNumber(_ letter: String) -> Bool { letter != "b" && letter != "β" }

  /// The letter of an operator's first result.
  static func result(of op: any Operator) -> String {
    switch op {
    case is Linear, is Convolution, is Bias, is MatrixProduct: "z"
    case is ReLU, is Sigmoid, is Tanh, is GELU, is Pointwise: "h"
    case is MaxPool, is AveragePool, is GlobalAveragePool: "p"
    case is LayerNorm, is BatchNorm, is BatchNormPrediction: "n"
    case is Softmax, is LogSoftmax: "q"
    case is Reshape: "f"
    case is Transpose: "m"
    case is CausalAttention: "a"
    case is Embedding: "u"
    case is Dropout: "d"
    case is Add: "r"
    case is Multiply: "g"
    case is Concatenate: "c"
    default: "v"
    }
  }
}
