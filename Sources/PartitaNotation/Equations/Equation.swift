public import PartitaGraph

/// One line of a derivation: what is computed, how, of which shape, and by which rule.
public struct Equation: Sendable {
  /// The left side: a value, or a derivative.
  public let subject: Expression
  /// The value of the graph that it computes.
  public let value: ValueID
  /// The value itself, or the one that the derivative is taken by.
  public let target: ValueID
  /// Forms between the left side and the result, as the chain rule gives them.
  public let steps: [Expression]
  /// The result, in terms of what earlier lines compute.
  public let result: Expression
  /// The extents of the result as it is written.
  public let shape: Shape
  /// The rule that gave it, in words; empty for forward equations.
  public let rule: String
  /// Whether a form is shown also where steps aren't asked for.
  public let showsSteps: Bool

  /// The left side, the forms and the result.
  ///
  /// - Parameter withSteps: whether all forms between are wanted.
  public func sides(withSteps: Bool) -> [Expression] {
    [subject] + (withSteps || showsSteps ? steps : []) + [result]
  }

  /// The equation as text.
  ///
  /// - Parameter withSteps: whether all forms between are wanted.
  public func text(withSteps: Bool = false) -> String {
    sides(withSteps: withSteps).map(\.text).joined(separator: " = ")
  }
}
