/// One node with what is known of the values that it reads: what an operator's rule is asked about.
struct NodeCall: Sendable {
  /// The node.
  let node: ONNXNode
  /// The version of ONNX's operators.
  let opset: Int
  /// The values that it reads, in order; nil for one that is left out.
  let inputs: [KnownValue?]

  /// The input at a place; nil where it is left out.
  func optional(_ place: Int) -> KnownValue? { place < inputs.count ? inputs[place] : nil }

  /// The input at a place.
  /// - Throws: `NodeProblem` where it is left out.
  func input(_ place: Int) throws(NodeProblem) -> KnownValue {
    guard let input = optional(place) else { throw NodeProblem("its input \(place) is missing") }
    return input
  }

  /// The type of the input at a place.
  /// - Throws: `NodeProblem` where it is left out.
  func type(_ place: Int) throws(NodeProblem) -> TensorType { try input(place).type }

  /// The elements of an input that decides shapes.
  /// - Throws: `NodeProblem` where it is left out, or depends on the data.
  func constant(_ place: Int) throws(NodeProblem) -> ConstantTensor {
    guard let constant = try input(place).constant else {
      throw NodeProblem(
        "its input \(place), '\(node.inputs[place])', decides shapes and depends on the data")
    }
    return constant
  }

  /// The whole numbers of such an input; nil where it is left out.
  /// - Throws: `NodeProblem` where it depends on the data.
  func optionalIntegers(_ place: Int) throws(NodeProblem) -> [Int]? {
    optional(place) == nil ? nil : try constant(place).integers
  }

  /// A whole number among the attributes.
  func integer(_ name: String) -> Int? {
    if case .integer(let value)? = node.attributes[name] { value } else { nil }
  }

  /// Whole numbers among the attributes.
  func integers(_ name: String) -> [Int]? {
    if case .integers(let values)? = node.attributes[name] { values } else { nil }
  }

  /// Whole numbers that are an attribute, in later versions of an operator an input; nil where they
  /// are neither.
  /// - Throws: `NodeProblem` where the input depends on the data.
  func integers(_ name: String, orInput place: Int) throws(NodeProblem) -> [Int]? {
    if let integers = integers(name) { return integers }
    return try optionalIntegers(place)
  }

  /// The same where they must be there.
  /// - Throws: `NodeProblem` where they are not, or depend on the data.
  func requiredIntegers(_ name: String, orInput place: Int) throws(NodeProblem) -> [Int] {
    guard let integers = try integers(name, orInput: place) else {
      throw NodeProblem("its '\(name)' are missing")
    }
    return integers
  }

  /// A number among the attributes.
  func number(_ name: String) -> Double? {
    if case .number(let value)? = node.attributes[name] { value } else { nil }
  }

  /// A text among the attributes.
  func text(_ name: String) -> String? {
    if case .text(let value)? = node.attributes[name] { value } else { nil }
  }

  /// Whether a whole number among the attributes is there and isn't 0.
  func flag(_ name: String, otherwise: Bool = false) -> Bool {
    integer(name).map { $0 != 0 } ?? otherwise
  }

  /// An axis counted from the first, of one that may be counted from behind.
  /// - Throws: `NodeProblem` for one that isn't there.
  func axis(_ axis: Int, of rank: Int) throws(NodeProblem) -> Int {
    guard (-rank..<max(rank, 1)).contains(axis) else {
      throw NodeProblem("it has the axis \(axis), and its operand has \(rank) axes")
    }
    return axis < 0 ? axis + rank : axis
  }

  /// Axes counted from the first, ascending.
  /// - Throws: `NodeProblem` for one that isn't there, or is there twice.
  func axes(_ axes: [Int], of rank: Int) throws(NodeProblem) -> [Int] {
    var counted: [Int] = []
    for axis in axes { counted.append(try self.axis(axis, of: rank)) }
    guard Set(counted).count == counted.count else {
      throw NodeProblem("its axes \(axes) name one twice")
    }
    return counted.sorted()
  }
}
