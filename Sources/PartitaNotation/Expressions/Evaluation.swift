public import PartitaGraph
public import PartitaReference

/// Evaluates expressions from the numbers of their terms, in Float64.
///
/// Sums, products, norms and their like are computed by the tree itself; an operator that is written
/// by its name, and functions of an element, by the oracle.
public struct Evaluation: Sendable {
  /// The numbers of all shown values, and of their gradients.
  public let numbers: [ValueID: Tensor]
  /// The samples.
  public let samples: Int
  /// Whether samples are an axis.
  public let isBatch: Bool

  /// Takes the numbers that expressions speak of.
  ///
  /// - Parameters:
  ///   - numbers: of values and gradients, from the graph.
  ///   - samples: the entries of what is per sample; 1 where it isn't a batch.
  ///   - isBatch: whether samples are an axis.
  public init(_ numbers: [ValueID: Tensor], samples: Int, isBatch: Bool) {
    self.numbers = numbers
    self.samples = samples
    self.isBatch = isBatch
  }

  /// The numbers of an expression.
  /// - Throws: `EvaluationError` where a term has no numbers, or arrays don't fit.
  public func callAsFunction(_ expression: Expression) throws(EvaluationError) -> Numbers {
    switch expression {
    case .value(let id, _), .derivative(_, _, .some(let id)), .hidden(let id):
      guard let tensor = numbers[id] else { throw .missing(expression.text) }
      return Numbers(tensor, isBatch: isBatch)
    case .derivative(_, _, nil), .chain: throw .missing(expression.text)
    case .number(let number): return Numbers([], [number.value])
    case .scaled(let number, let term): return try self(term).map { number.value * $0 }
    case .sum(let terms):
      var sum: Numbers?
      for term in terms {
        let next = try self(term)
        sum =
          try sum.map { (known) throws(EvaluationError) in
            try fitting(known.combined(next, +), expression)
          } ?? next
      }
      return try fitting(sum, expression)
    case .difference(let left, let right):
      return try fitting(try self(left).combined(try self(right), -), expression)
    case .elementwise(let left, let right):
      return try fitting(try self(left).combined(try self(right), *), expression)
    case .product(let left, let right):
      return try fitting(try self(left).product(try self(right)), expression)
    case .transpose(let term): return try self(term).transposed
    case .squaredNorm(let term):
      return Numbers([], [try self(term).elements.reduce(0) { $0 + $1 * $1 }])
    case .total(let term, let axes, _): return try self(term).total(over: axes)
    case .applied(let op, let term):
      let numbers = try self(term)
      let result = try oracle([shared(numbers)]) { (graph, inputs) throws(GraphError) in
        try graph.append(op, inputs[0])
      }
      return Numbers(numbers.extents, result.elements)
    case .slope(let op, let term):
      let numbers = try self(term)
      // The gradient of the sum of all results is each result's own derivative.
      let result = try oracle([shared(numbers)]) { (graph, inputs) throws(GraphError) in
        let all = Sum(axes: Array(numbers.extents.indices))
        let sum = try graph.append(all, try graph.append(op, inputs[0]))
        return try graph.differentiate(sum, withRespectTo: inputs)[inputs[0]] ?? sum
      }
      return Numbers(numbers.extents, result.elements)
    case .call(let call): return try evaluate(call)
    }
  }

  private func fitting(_ numbers: Numbers?, _ expression: Expression) throws(EvaluationError)
    -> Numbers
  {
    guard let numbers else { throw .shapes(expression.text) }
    return numbers
  }

  private func shared(_ numbers: Numbers) -> Tensor {
    Tensor(Shape(numbers.extents), numbers.elements)
  }

  private func evaluate(_ call: Call) throws(EvaluationError) -> Numbers {
    var operands: [(Tensor, ValueType)] = []
    for (argument, type) in zip(call.arguments, call.types) {
      var elements = try self(argument).elements
      let count = type.count(samples: samples)
      // A number stands for as many as the operand has.
      if elements.count == 1 { elements = Array(repeating: elements[0], count: count) }
      guard elements.count == count else { throw .shapes(call.name) }
      operands.append(
        (Tensor(type.shape, samples: type.isPerSample ? samples : nil, elements), type))
    }
    let result = try oracle(operands) { (graph, inputs) throws(GraphError) in
      try graph.appendAll(call.op, inputs)[call.output]
    }
    return Numbers(result, isBatch: isBatch)
  }

  private func oracle(
    _ tensors: [Tensor],
    _ build: (inout Graph, [ValueID]) throws(GraphError) -> ValueID
  ) throws(EvaluationError) -> Tensor {
    try oracle(tensors.map { ($0, .shared($0.shape)) }, build)
  }

  private func oracle(
    _ operands: [(Tensor, ValueType)],
    _ build: (inout Graph, [ValueID]) throws(GraphError) -> ValueID
  ) throws(EvaluationError) -> Tensor {
    var graph = Graph()
    var variables: [ValueID: Tensor] = [:]
    var inputs: [ValueID] = []
    let result: ValueID
    do {
      for (tensor, type) in operands {
        let id = try graph.variable("operand \(inputs.count)", type, .input)
        inputs.append(id)
        variables[id] = tensor
      }
      result = try build(&graph, inputs)
    } catch { throw .graph(error) }
    do {
      return try ReferenceInterpreter(graph, samples: samples).evaluate(result, with: variables)
    } catch { throw .reference(error) }
  }
}

/// Why an expression has no numbers.
public enum EvaluationError: Error, Sendable, CustomStringConvertible {
  /// A term is only spoken of, or its numbers weren't given.
  case missing(String)
  /// Arrays don't fit.
  case shapes(String)
  /// An operator refuses its operands.
  case graph(GraphError)
  /// The oracle refuses.
  case reference(ReferenceError)

  public var description: String {
    switch self {
    case .missing(let term): "\(term) has no numbers"
    case .shapes(let term): "the arrays in \(term) don't fit"
    case .graph(let error): "\(error)"
    case .reference(let error): "\(error)"
    }
  }
}
