public import PartitaGraph

/// The right side of an equation: one tree that is printed, set in LaTeX and evaluated.
public indirect enum Expression: Sendable {
  /// A value by its symbol.
  case value(ValueID, Symbol)
  /// The derivative of a scalar, or in steps of any value, by another; without a value it is only
  /// spoken of.
  case derivative(of: Symbol, by: Symbol, ValueID?)
  /// A variable that calls read and print doesn't show, as a sample's number.
  case hidden(ValueID)
  /// A number.
  case number(Coefficient)
  /// A number times something.
  case scaled(Coefficient, Expression)
  /// A sum, of arrays of shapes that broadcast.
  case sum([Expression])
  /// The first less the second.
  case difference(Expression, Expression)
  /// A matrix product; what has one axis is a column.
  case product(Expression, Expression)
  /// With the last two axes exchanged; a column becomes a row.
  case transpose(Expression)
  /// An elementwise product.
  case elementwise(Expression, Expression)
  /// A function of each element or row.
  case applied(any Operator, Expression)
  /// The derivative of a function of each element, there.
  case slope(any Operator, Expression)
  /// The sum of all squares.
  case squaredNorm(Expression)
  /// The sum over some axes.
  case total(Expression, axes: [Int], over: String)
  /// An operator by its name, evaluated by the oracle.
  case call(Call)
  /// What the chain rule multiplies: the derivative of a reader, and of what it reads; only spoken of.
  case chain(Expression, Expression)
}

/// An operator applied to expressions.
public struct Call: Sendable {
  /// Its name in print.
  let name: String
  /// What computes it.
  let op: any Operator
  /// Which of its results it is.
  let output: Int
  /// The operands.
  let arguments: [Expression]
  /// The operands' types.
  let types: [ValueType]
  /// What print shows between the parentheses.
  let printed: [Expression]
}
