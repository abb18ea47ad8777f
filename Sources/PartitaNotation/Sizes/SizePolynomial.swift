/// How many numbers there are, in letters: a sum of products of sizes, as dh + hq or n (d + h).
public struct SizePolynomial: Hashable, Sendable {
  /// The letter of the samples of a microbatch.
  static let samples = "n"

  /// How often each product of letters counts; the letters of a product are in order.
  private var terms: [[String]: Int] = [:]

  /// Nothing.
  public init() {}

  /// A product of letters, some number of times.
  init(_ letters: [String], times count: Int = 1) {
    if count != 0 { terms[letters.sorted(by: SizePolynomial.isBefore)] = count }
  }

  /// The sum of two.
  public static func + (left: SizePolynomial, right: SizePolynomial) -> SizePolynomial {
    SizePolynomial(left.terms.merging(right.terms, uniquingKeysWith: +))
  }

  /// As often as a number says.
  public static func * (count: Int, polynomial: SizePolynomial) -> SizePolynomial {
    SizePolynomial(polynomial.terms.mapValues { count * $0 })
  }

  private init(_ terms: [[String]: Int]) { self.terms = terms.filter { $0.value != 0 } }

  /// The number that it is for some sizes; a letter without one counts as 1.
  public func value(_ sizes: [String: Int]) -> Int {
    terms.reduce(0) { sum, term in sum + term.key.reduce(term.value) { $0 * (sizes[$1] ?? 1) } }
  }

  /// In a line: what all samples share first, then what each has, as `dh + hq + n (d + h)`.
  public var text: String {
    let shared = Self.sum(terms.filter { !$0.key.contains(Self.samples) })
    let each = terms.filter { $0.key.contains(Self.samples) }.map { letters, count in
      (letters.filter { $0 != Self.samples }, count)
    }
    guard !each.isEmpty else { return shared.isEmpty ? "0" : shared }
    let sum = Self.sum(Dictionary(each, uniquingKeysWith: +))
    let isOne = each.count == 1
    let samples =
      sum == "1" ? Self.samples : isOne ? "\(Self.samples) \(sum)" : "\(Self.samples) (\(sum))"
    return shared.isEmpty ? samples : "\(shared) + \(samples)"
  }

  /// Terms with letters, the first letters first, then the number.
  private static func sum(_ terms: [[String]: Int]) -> String {
    let sorted = terms.sorted { left, right in
      left.key.isEmpty != right.key.isEmpty
        ? right.key.isEmpty : left.key.lexicographicallyPrecedes(right.key, by: isBefore)
    }
    return sorted.map { letters, count in
      // Letters with numbers, as h1, don't run together.
      let product = letters.joined(separator: letters.allSatisfy { $0.count == 1 } ? "" : " ")
      guard !letters.isEmpty, count != 1 else { return letters.isEmpty ? "\(count)" : product }
      return "\(count) \(product)"
    }.joined(separator: " + ")
  }

  /// n, then the sizes from the input to the output: d, h or h1, h2, ..., q.
  private static func isBefore(_ left: String, _ right: String) -> Bool {
    place(left) < place(right)
  }

  private static func place(_ letter: String) -> (Int, Int) {
    switch letter {
    case samples: (0, 0)
    case "d": (1, 0)
    case "q": (3, 0)
    default: (2, Int(letter.dropFirst()) ?? 0)
    }
  }
}
