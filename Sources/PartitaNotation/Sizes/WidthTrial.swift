internal import PartitaGraph

/// A network's shapes, inferred once more with a prime number in the place of each width.
struct WidthTrial {
  /// Above what operators have of their own: kernels, heads, paddings.
  static let firstPrime = 10_007

  /// Widths by the order in which they appear.
  private(set) var widths: [(prime: Int, size: Int)] = []
  private let model: ModelGraph
  private var graph: Graph { model.graph }
  /// Widths that had to be one.
  private var same: [Int: Int] = [:]
  private var nextPrime = Self.firstPrime

  init(_ model: ModelGraph) { self.model = model }

  /// The types of all values.
  ///
  /// Where an operator takes two values of one shape only, their widths are one: then all is inferred again.
  mutating func types() throws(FixedSizes) -> [ValueID: ValueType] {
    while true {
      let known = same.count
      let found = try attempt()
      if let found { return found }
      guard same.count > known else { throw FixedSizes("a node") }
    }
  }

  /// The types; nil where two widths were found to be one.
  private mutating func attempt() throws(FixedSizes) -> [ValueID: ValueType]? {
    (widths, nextPrime) = ([], Self.firstPrime)
    var types: [ValueID: ValueType] = [:]
    for (index, node) in graph.nodes.enumerated() {
      if node.op is Linear {
        guard try assign(linear: node.inputs, &types) else { return nil }
      }
      for input in node.inputs where types[input] == nil {
        types[input] = try variable(input, beside: node.inputs, types)
      }
      let inputs = node.inputs.map { types[$0] ?? graph.type(of: $0) }
      guard let outputs = try? node.op.outputTypes(for: inputs) else {
        guard unify(node.inputs, inputs) else { throw FixedSizes(words(index)) }
        return nil
      }
      for (output, type) in zip(node.outputs, outputs) { types[output] = type }
    }
    return types
  }

  /// Gives a linear layer's weight and bias their widths; false where it made two widths one.
  private mutating func assign(
    linear inputs: [ValueID], _ types: inout [ValueID: ValueType]
  ) throws(FixedSizes) -> Bool {
    if types[inputs[0]] == nil { types[inputs[0]] = try variable(inputs[0], beside: [], types) }
    guard let input = types[inputs[0]] else { return true }
    let weight = graph.type(of: inputs[1])
    if let known = types[inputs[1]] {
      return known.shape[1] == input.shape.last || !unify(known.shape[1], input.shape.last)
    }
    let rows = newWidth(weight.shape[0])
    types[inputs[1]] = weight.with(shape: [rows, input.shape.last])
    if inputs.count > 2, types[inputs[2]] == nil {
      types[inputs[2]] = graph.type(of: inputs[2]).with(shape: [rows])
    }
    return true
  }

  /// The type of a variable that no linear layer has given one.
  private mutating func variable(
    _ value: ValueID, beside others: [ValueID], _ types: [ValueID: ValueType]
  ) throws(FixedSizes) -> ValueType {
    let own = graph[value]
    let extents = own.type.shape.extents
    guard !extents.isEmpty else { return own.type }
    switch own.role {
    case .input where extents.count == 1 && own.type.element == .float32:
      return own.type.with(shape: [newWidth(extents[0])])
    case .state:
      let parameter = graph.values.first {
        $0.isParameter && own.name.hasPrefix($0.name + ".") && $0.type.shape == own.type.shape
      }
      guard let parameter, let type = types[parameter.id] else { break }
      return own.type.with(shape: type.shape)
    case .parameter, .label, .running:
      // As long as the end of what it is used with.
      for other in others {
        guard let type = types[other] else { continue }
        let shape = graph.type(of: other).shape.extents
        guard shape.suffix(extents.count) == extents[...] else { continue }
        return own.type.with(shape: Shape(Array(type.shape.extents.suffix(extents.count))))
      }
    default: break
    }
    throw FixedSizes("\(own.name) \(own.type.shape)")
  }

  private mutating func newWidth(_ size: Int) -> Int {
    let prime = nextPrime
    nextPrime = Self.prime(after: prime)
    if let one = same[prime] { return one }
    widths.append((prime, size))
    return prime
  }

  /// Makes widths one where two operands have equal shapes and different widths; whether there were such.
  private mutating func unify(_ values: [ValueID], _ types: [ValueType]) -> Bool {
    for (index, first) in values.enumerated() {
      for other in index + 1..<max(values.count, index + 1) {
        guard graph.type(of: first).shape == graph.type(of: values[other]).shape else { continue }
        for (left, right) in zip(types[index].shape.extents, types[other].shape.extents)
        where left != right {
          if unify(left, right) { return true }
        }
      }
    }
    return false
  }

  /// Makes two widths one; false where one of them is no width, or they are already.
  private mutating func unify(_ left: Int, _ right: Int) -> Bool {
    let (first, second) = (min(left, right), max(left, right))
    guard first != second, same[second] == nil,
      [first, second].allSatisfy({ prime in widths.contains { $0.prime == prime } })
    else { return false }
    for (prime, one) in same where one == second { same[prime] = first }
    same[second] = first
    return true
  }

  private func words(_ node: Int) -> String {
    let layer = graph.nodes[node].layer.map { " (\(graph.layers[$0].name))" } ?? ""
    return graph.nodes[node].op.name + layer
  }

  private static func prime(after number: Int) -> Int {
    var candidate = number + 2
    while (2...).prefix(while: { $0 * $0 <= candidate }).contains(where: candidate.isMultiple) {
      candidate += 2
    }
    return candidate
  }
}
