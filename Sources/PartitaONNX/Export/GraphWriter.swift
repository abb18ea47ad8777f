/// Collects the nodes and constants of a model, and gives them names that occur once.
struct GraphWriter {
  /// The nodes so far, each behind those that it reads.
  private(set) var nodes: [ONNXNode] = []
  /// The constants so far, by name.
  private(set) var constants: [String: ConstantTensor] = [:]
  /// What the next nodes are called after: their layer.
  var place = ""
  private var taken: Set<String>

  /// A writer that gives none of these names to anything.
  init(reserving names: some Sequence<String>) { taken = Set(names) }

  /// Appends a node with one result.
  /// - Returns: the result's name, which is the node's.
  mutating func add(
    _ operation: String, _ inputs: [String], _ attributes: [String: AttributeValue] = [:]
  ) -> String {
    let name = unique(place.isEmpty ? operation : "\(place)/\(operation)")
    append(operation, inputs, as: name, attributes)
    return name
  }

  /// Appends a node whose result has a name that was reserved.
  mutating func append(
    _ operation: String, _ inputs: [String], as name: String,
    _ attributes: [String: AttributeValue] = [:]
  ) {
    nodes.append(
      ONNXNode(
        name: name, operation: operation, domain: "", inputs: inputs, outputs: [name],
        attributes: attributes))
  }

  /// A number, as a Float32 scalar.
  mutating func number(_ number: Double) -> String {
    constant(named: "number_\(number)", ConstantTensor(.float32, [], .numbers([number])))
  }

  /// Whole numbers in a row: a shape, axes.
  mutating func integers(_ numbers: [Int]) -> String {
    constant(
      named: (["integers"] + numbers.map(String.init)).joined(separator: "_"),
      ConstantTensor(shape: numbers))
  }

  /// A tensor; one that is there already under this name isn't written twice.
  mutating func constant(named name: String, _ tensor: ConstantTensor) -> String {
    if constants[name] == tensor { return name }
    let name = unique(name)
    constants[name] = tensor
    return name
  }

  /// A weight, under its reserved name.
  mutating func weight(_ name: String, _ tensor: ConstantTensor) { constants[name] = tensor }

  /// Lets the last node's result go by a reserved name.
  ///
  /// - Parameters:
  ///   - value: the result.
  ///   - name: the reserved name.
  mutating func rename(_ value: String, to name: String) {
    guard let last = nodes.last, last.outputs == [value] else {
      return append("Identity", [value], as: name)
    }
    nodes[nodes.count - 1] = ONNXNode(
      name: last.name, operation: last.operation, domain: last.domain, inputs: last.inputs,
      outputs: [name], attributes: last.attributes)
  }

  private mutating func unique(_ name: String) -> String {
    var (candidate, number) = (name, 1)
    while !taken.insert(candidate).inserted {
      number += 1
      candidate = "\(name)_\(number)"
    }
    return candidate
  }
}
