/// A symmetric linear map that nobody writes down, H, and the vectors that it takes: all that the methods
/// of this room ask of a network.
///
/// A vector may be spread over many ranks. Then each holds its part, every rank calls the same methods in
/// the same order, and `dots` is where they talk.
public protocol CurvatureSpace {
  /// A vector, or this rank's part of one.
  associatedtype Vector

  /// Numbers of a whole vector.
  var dimension: Int { get }
  /// The relative error of a product: the unit roundoff of the arithmetic that it is made with.
  var roundoff: Double { get }

  /// H·v.
  func product(_ vector: Vector) throws -> Vector
  /// The inner products of some vectors with one, summed in Float64 and in an order that doesn't depend on
  /// how vectors are spread.
  func dots(_ vectors: [Vector], _ vector: Vector) throws -> [Double]
  /// Adds a multiple: y ← y + c·x.
  func add(_ factor: Double, _ x: Vector, to y: inout Vector)
  /// Multiplies: y ← c·y.
  func scale(_ y: inout Vector, by factor: Double)
  /// A random vector, a function of its number alone.
  func random(_ distribution: ProbeDistribution, number: Int) -> Vector
  /// The vector that is 1 at one place, and 0 elsewhere.
  func unit(_ index: Int) -> Vector
  /// All numbers of a vector, on every rank.
  func numbers(of vector: Vector) throws -> [Double]
}

/// What the numbers of a random vector are drawn from: of mean 0 and variance 1, each by itself.
public enum ProbeDistribution: String, Hashable, Sendable {
  /// Normal numbers: no direction is preferred.
  case normal
  /// 1 or -1 (Rademacher): of all such distributions, the one with the least variance of vᵀHv
  /// (Hutchinson 1989).
  case signs
}

extension CurvatureSpace {
  /// The length of a vector.
  func norm(_ vector: Vector) throws -> Double {
    try dots([vector], vector)[0].squareRoot()
  }
}
