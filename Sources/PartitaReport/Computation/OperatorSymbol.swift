internal import PartitaGraph
internal import PartitaNotation

extension Node {
  /// What stands in the operator's circle: the textbook's sign, and + where it adds a bias as well; φ
  /// for every activation.
  var symbol: String {
    switch op {
    case is ReLU, is GELU, is Sigmoid, is Tanh, is Pointwise: "φ"
    case is Linear, is Convolution: op.notationWord + (inputs.count == 3 ? "+" : "")
    default: op.notationWord
    }
  }
}
