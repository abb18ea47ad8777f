public import PartitaGraph

/// The shapes of a network of linear layers with letters for its widths: d, h, q.
///
/// Shapes come from the graph's own inference, run again with other widths, each a prime number that nothing
/// else is: so every extent tells which widths it is made of, whatever the operators between.
public struct SymbolicShapes: Sendable {
  /// The widths, from the input to the output: their letters and what they are.
  public let widths: [(letter: String, size: Int)]
  private let types: [ValueID: ValueType]
  private let letters: [Int: String]
  private let graph: Graph

  /// Finds the widths of a network.
  ///
  /// Complexity: O(nodes · widths).
  /// - Parameter model: of rows of numbers, which linear layers take to others.
  /// - Throws: `FixedSizes` for a network that takes samples of other shapes, or has a node that can't do with
  ///   other sizes.
  public init(_ model: ModelGraph) throws(FixedSizes) {
    var trial = WidthTrial(model)
    let types = try trial.types()
    let numbers = trial.widths
    let hidden = numbers.count - 2
    var widths: [(letter: String, size: Int)] = []
    var letters: [Int: String] = [:]
    for (place, width) in numbers.enumerated() {
      let letter =
        place == 0 ? "d" : place == numbers.count - 1 ? "q" : hidden == 1 ? "h" : "h\(place)"
      widths.append((letter, width.size))
      letters[width.prime] = letter
    }
    self.widths = widths
    self.types = types
    self.letters = letters
    graph = model.graph
  }

  /// How many numbers a value has.
  /// - Parameter name: a variable's, or a result's number, as `%4`.
  /// - Throws: `FixedSizes` where the network has no such value, or an extent is no product of widths.
  public func count(of name: String) throws(FixedSizes) -> SizePolynomial {
    guard
      let value = graph.variable(named: name)
        ?? graph.values.first(where: { $0.id.description == name })?.id
    else { throw FixedSizes(name) }
    let type = types[value] ?? graph.type(of: value)
    var factors = type.isPerSample ? [SizePolynomial.samples] : []
    var times = 1
    for extent in type.shape.extents {
      var rest = extent
      for prime in letters.keys.sorted() {
        while rest > 0, rest.isMultiple(of: prime) {
          factors.append(letters[prime] ?? "")
          rest /= prime
        }
      }
      guard rest < WidthTrial.firstPrime else { throw FixedSizes(name) }
      times *= rest
    }
    return SizePolynomial(factors, times: times)
  }
}

/// A network whose sizes aren't those of rows between linear layers.
public struct FixedSizes: Error, Hashable, Sendable, CustomStringConvertible {
  private let place: String

  init(_ place: String) { self.place = place }

  /// The error in a sentence.
  public var description: String {
    "totals in letters are those of rows between linear layers: \(place) has sizes of its own"
  }
}
