public import PartitaGraph

/// Why the oracle can't evaluate a value.
public enum ReferenceError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A variable that is needed has no numbers.
  case missing(variable: String)
  /// A variable's numbers have another shape than its type.
  case variable(String, type: String, shape: Shape, samples: Int?)
  /// A label or token names no row.
  case index(operator: String, number: Double, count: Int)
  /// An operator is neither known nor decomposes.
  case unknownOperator(String)
  /// An operator's decomposition can't be built.
  case decomposition(operator: String, GraphError)
  /// An operator's result doesn't have the type that its shape rule promises.
  case result(operator: String, type: String)

  public var description: String {
    switch self {
    case .missing(let name):
      "\(name) is needed and has no numbers"
    case .variable(let name, let type, let shape, let samples):
      "\(name) is \(type), but was given \(samples.map { "\($0) x " } ?? "")\(shape)"
    case .index(let op, let number, let count):
      "\(op): \(number) is no index below \(count)"
    case .unknownOperator(let name):
      "\(name) is unknown to the oracle and has no decomposition"
    case .decomposition(let name, let error):
      "the decomposition of \(name) can't be built: \(error)"
    case .result(let name, let type):
      "\(name) gave a result that isn't \(type), as its shape rule promises"
    }
  }
}
