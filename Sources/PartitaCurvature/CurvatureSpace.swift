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
  ///
  /// - Throws: where it can't be computed.
  func product(_ vector: Vector) throws -> Vector
  /// The inner products of some vectors with one, summed in Float64 and in an order that doesn't depend on
  /// how vectors are spread.
  ///
  /// - Throws: where ranks can't talk.
  func dots(_ vectors: [Vector], _ vector: Vector) throws -> [Double]
  /// Adds a multiple: y ← y + c·x.
  func add(_ factor: Double, _ x: Vector, to y: inout Vector)
  /// Multiplies: y ← c·y.
  func scale(_ y: inout Vector, by factor: Double)
  /// A vector of random signs (`SignStream`), a function of its number alone.
  func signs(_ number: Int) -> Vector
  /// The vector that is 1 at one place, and 0 elsewhere.
  func unit(_ index: Int) -> Vector
  /// All numbers of a vector, on every rank.
  ///
  /// - Throws: where ranks can't talk.
  func numbers(of vector: Vector) throws -> [Double]
}

extension CurvatureSpace {
  /// The length of a vector.
  ///
  /// - Throws: what `dots` throws.
  func norm(_ vector: Vector) throws -> Double {
    try dots([vector], vector)[0].squareRoot()
  }
}
