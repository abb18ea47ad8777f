import PartitaGraph
import PartitaReference
import Testing

/// A graph under test: its variables with their numbers, and which of them to differentiate by.
struct Trial {
  var graph = Graph()
  var variables: [ValueID: Tensor] = [:]
  var targets: [ValueID] = []
  let samples: Int
  var numbers: Numbers

  init(samples: Int = 2, seed: UInt64 = 1) {
    self.samples = samples
    numbers = Numbers(seed: seed)
  }

  /// Appends a variable and draws its numbers.
  mutating func variable(
    _ type: ValueType, _ kind: Numbers.Kind = .any, isTarget: Bool = true
  ) throws -> ValueID {
    let role: VariableRole = type.isPerSample ? .input : .parameter(.constant(0))
    let id = try graph.variable("v\(graph.values.count)", type, role)
    variables[id] = numbers.tensor(type, kind, samples: samples)
    if isTarget { targets.append(id) }
    return id
  }

  /// Appends the sum of a value's elements times random numbers: its upstream gradients are those
  /// numbers, so none is 1.
  mutating func scalar(of value: ValueID) throws -> ValueID {
    let type = graph.type(of: value)
    let factors = try variable(type, isTarget: false)
    let product = try graph.append(Multiply(), value, factors)
    let sum = try graph.append(Sum(axes: Array(0..<type.shape.rank)), product)
    guard type.isPerSample else { return try graph.append(Convert(to: .float64), sum) }
    return try graph.append(WeightedMean(), sum, try variable(.perSample([]), isTarget: false))
  }

  /// Appends the gradients of a scalar, and a scalar of all of them.
  mutating func scalarOfGradients(of scalar: ValueID) throws -> ValueID {
    let gradients = try graph.differentiate(scalar, withRespectTo: targets)
    var parts: [ValueID] = []
    for target in targets {
      if let gradient = gradients[target] { parts.append(try self.scalar(of: gradient)) }
    }
    return try graph.appendAll(ScalarSum(), parts)[0]
  }

  /// Compares the gradient that the graph gives with central differences, element by element.
  mutating func check(
    _ scalar: ValueID, tolerance: Double = 1e-7, _ comment: Comment,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let gradients = try graph.differentiate(scalar, withRespectTo: targets)
    let interpreter = ReferenceInterpreter(graph, samples: samples)
    let found = try interpreter.evaluate(gradients.values.sorted(), with: variables)
    for target in targets {
      let tensor = try #require(variables[target])
      let gradient = gradients[target].flatMap { found[$0] }
      if let gradient { #expect(gradient.samples == tensor.samples) }
      for i in tensor.elements.indices {
        let difference = try centralDifference(of: scalar, by: target, i, interpreter)
        let own = gradient?.elements[i] ?? 0
        #expect(
          abs(own - difference) <= tolerance * (1 + abs(difference)),
          "\(comment): \(own) against \(difference), d/d\(target)[\(i)]",
          sourceLocation: sourceLocation)
      }
    }
  }

  private func centralDifference(
    of scalar: ValueID, by target: ValueID, _ i: Int, _ interpreter: ReferenceInterpreter
  ) throws -> Double {
    let step = 1e-5
    var moved = variables
    moved[target]?.elements[i] += step
    let above = try interpreter.evaluate(scalar, with: moved).elements[0]
    moved[target]?.elements[i] -= 2 * step
    return (above - (try interpreter.evaluate(scalar, with: moved).elements[0])) / (2 * step)
  }
}

extension Trial {
  /// Draws numbers for all parameters of a network, and makes them targets; γ of a norm and the
  /// like are moved from where they start.
  mutating func drawParameters() throws {
    for parameter in graph.parameters where variables[parameter] == nil {
      variables[parameter] = numbers.tensor(graph.type(of: parameter), samples: samples)
      targets.append(parameter)
    }
  }
}
