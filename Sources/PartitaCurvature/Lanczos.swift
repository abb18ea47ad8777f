/// Lanczos' method: an orthonormal basis q₁, q₂, ... in which H is tridiagonal, one product a step
/// (Golub and Van Loan, Matrix Computations, 4th edition, section 10.1).
///
/// In floating-point arithmetic the vectors lose their orthogonality just when an eigenvalue has been found,
/// and find it again and again. So each new vector is made orthogonal to all before it, twice ("twice is
/// enough", Parlett, The Symmetric Eigenvalue Problem, section 6.9): they must all be kept.
///
/// A start has no more than one direction in the space of an eigenvalue that is there several times. So an
/// eigenvalue is found once, however often it is there, and a start whose space is exhausted has found all
/// eigenvalues that differ.
///
/// Complexity of step k: one product, and O(k·dimension) for the vectors.
public struct Lanczos<Space: CurvatureSpace> {
  /// The diagonal of the tridiagonal matrix, a number each step.
  public private(set) var diagonal: [Double] = []
  /// What stands beside it, one number less.
  public private(set) var offDiagonal: [Double] = []
  /// The basis, a vector each step.
  public private(set) var basis: [Space.Vector] = []
  /// Whether the steps so far span all that H makes of the start: there is no next vector.
  public private(set) var isExhausted = false
  private let space: Space
  /// The vector of the next step.
  private var next: Space.Vector

  /// Begins with a vector, of any length but 0.
  ///
  /// - Throws: what the space throws.
  public init(_ space: Space, from start: Space.Vector) throws {
    self.space = space
    next = start
    space.scale(&next, by: 1 / (try space.norm(start)))
  }

  /// Steps so far.
  public var count: Int { diagonal.count }

  /// Goes on by one step, if there is one.
  ///
  /// - Throws: what the space throws, and `CurvatureError.notFinite`.
  public mutating func step() throws {
    guard !isExhausted else { return }
    var residual = try space.product(next)
    basis.append(next)
    var diagonalElement = 0.0
    for _ in 0..<2 {
      let shares = try space.dots(basis, residual)
      diagonalElement += shares[shares.count - 1]
      for (vector, share) in zip(basis, shares) { space.add(-share, vector, to: &residual) }
    }
    diagonal.append(diagonalElement)
    let length = try space.norm(residual)
    guard length.isFinite else { throw CurvatureError.notFinite }
    // H is about as large as its tridiagonal image shows; sums of some thousand products are rounded so.
    let size = zip(diagonal, offDiagonal + [length]).map { abs($0) + abs($1) }.max() ?? 0
    guard count < space.dimension, length > 32 * space.roundoff * size else {
      isExhausted = true
      return
    }
    offDiagonal.append(length)
    space.scale(&residual, by: 1 / length)
    next = residual
  }

  /// The tridiagonal matrix of the steps so far, with its eigenvalues.
  public func ritz() -> SymmetricEigen {
    SymmetricEigen(diagonal: diagonal, offDiagonal: Array(offDiagonal.prefix(max(0, count - 1))))
  }

  /// The approximate eigenvectors of some of the approximate eigenvalues, each with its residual, for which
  /// H is asked once more.
  ///
  /// - Parameters:
  ///   - indices: of the wanted ones.
  ///   - ritz: the eigenvalues of the steps so far.
  ///   - observe: told after each product.
  /// - Throws: what the space throws, and what `observe` throws.
  public func pairs(
    _ indices: [Int], of ritz: SymmetricEigen, observe: () throws -> Void = {}
  ) throws -> [EigenPair<Space.Vector>] {
    try indices.map { index in
      guard var vector = basis.first else { preconditionFailure("no step has been made") }
      space.scale(&vector, by: ritz.vectors[index][0])
      for place in basis.indices.dropFirst() {
        space.add(ritz.vectors[index][place], basis[place], to: &vector)
      }
      space.scale(&vector, by: 1 / (try space.norm(vector)))
      var product = try space.product(vector)
      let value = try space.dots([vector], product)[0]
      space.add(-value, vector, to: &product)
      let residual = try space.norm(product)
      try observe()
      return EigenPair(value: value, residual: residual, vector: vector)
    }
  }
}

/// An approximate eigenvalue, its vector, and how good they are.
public struct EigenPair<Vector> {
  /// λ = vᵀHv.
  public let value: Double
  /// |H·v - λ·v|: H has an eigenvalue so near to λ, or nearer (Parlett, section 4.5).
  public let residual: Double
  /// v, of length 1.
  public let vector: Vector
}
