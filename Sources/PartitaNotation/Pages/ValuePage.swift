public import PartitaGraph
public import PartitaReference

/// The numbers at every node, for one who computes them by hand; or the same page with blanks.
public struct ValuePage: Sendable {
  /// The equations.
  public let derivation: Derivation
  /// The numbers; nil leaves blanks for all that the equations compute.
  private let numbers: [ValueID: Tensor]
  private let showsResults: Bool

  /// Computes the numbers, in Float64.
  ///
  /// - Parameters:
  ///   - derivation: the equations.
  ///   - variables: the numbers of all variables that they need.
  ///   - showsResults: whether what the equations compute is shown; else there are blanks.
  /// - Throws: `ReferenceError` where a variable has no numbers, or they don't fit.
  public init(
    _ derivation: Derivation, variables: [ValueID: Tensor], showsResults: Bool = true
  ) throws(ReferenceError) {
    let interpreter = ReferenceInterpreter(derivation.graph, samples: derivation.samples)
    numbers = try interpreter.evaluate(derivation.values, with: variables)
    self.derivation = derivation
    self.showsResults = showsResults
  }

  /// The page, each line ended.
  public var text: String {
    let given = derivation.variables.flatMap { id in
      lines(derivation.notation[id]?.text ?? "", id, isShown: true)
    }
    func computed(_ equations: [Equation]) -> [String] {
      equations.flatMap { equation in
        lines(
          equation.result.isNumber ? equation.subject.text : equation.text(), equation.value,
          isShown: showsResults)
      }
    }
    let notes = EquationPage(derivation).notes
    var all = ["Given"] + given
    all += ["", "Forward"] + computed(derivation.forward)
    all += ["", "Backward"] + computed(derivation.backward)
    if !notes.isEmpty { all += ["", "where"] + notes.map { "  \($0)" } }
    return all.map { $0 + "\n" }.joined()
  }

  /// The numbers of a value, as its rows; nil without it.
  public func rows(_ value: ValueID) -> [[Double]]? {
    guard let tensor = numbers[value] else { return nil }
    let array = Numbers(tensor, isBatch: derivation.notation.isBatch)
    let width = array.extents.last ?? 1
    guard width > 0 else { return [] }
    return stride(from: 0, to: array.elements.count, by: width).map {
      Array(array.elements[$0..<$0 + width])
    }
  }

  private func lines(_ lead: String, _ value: ValueID, isShown: Bool) -> [String] {
    guard let rows = rows(value) else { return ["  \(lead)"] }
    let words = rows.map { row in
      row.map { isShown ? $0.roundedText : "______" }
    }
    let width = words.joined().map(\.count).max() ?? 0
    let lines = words.map { row in
      row.map { String(repeating: " ", count: width - $0.count) + $0 }.joined(separator: "  ")
    }
    let extents = derivation.graph.type(of: value).shape.rank
    if extents == 0, lines.count == 1 { return ["  \(lead) = \(lines[0])"] }
    return ["  \(lead) ="] + lines.map { "      [\($0)]" }
  }
}

extension Double {
  /// Six digits behind the point at most; of very small and very large numbers, six that count.
  fileprivate var roundedText: String {
    guard abs(self) < 1e9, self == 0 || abs(self) >= 1e-4 else {
      guard isFinite else { return "\(self)" }
      var power = 1.0
      while abs(self) * power < 1e5, power < 1e300 { power *= 10 }
      while abs(self) * power >= 1e6 { power /= 10 }
      return "\((self * power).rounded() / power)"
    }
    let text = ((self * 1e6).rounded() / 1e6).digits
    return text == "-0" ? "0" : text
  }
}
