/// The eigenvalues and eigenvectors of a small symmetric matrix.
///
/// A full matrix is first made tridiagonal by Householder's reflections, a tridiagonal one diagonal by the QL
/// method with implicit shifts (Martin, Reinsch, Wilkinson 1968 and Dubrulle, Martin, Wilkinson 1968: the
/// procedures tred2 and imtql2 of the Handbook for Automatic Computation, volume II).
///
/// Complexity: O(n³) for n rows.
public struct SymmetricEigen: Sendable {
  /// The eigenvalues, ascending.
  public private(set) var values: [Double]
  /// An eigenvector of length 1 for each of them.
  public private(set) var vectors: [[Double]]

  /// Of a tridiagonal matrix of finite numbers.
  ///
  /// - Parameters:
  ///   - diagonal: n numbers.
  ///   - offDiagonal: the n - 1 numbers beside them.
  public init(diagonal: [Double], offDiagonal: [Double]) {
    precondition(offDiagonal.count == max(0, diagonal.count - 1))
    let identity = diagonal.indices.map { row in diagonal.indices.map { $0 == row ? 1.0 : 0 } }
    self.init(tridiagonal: diagonal, offDiagonal, basis: identity)
  }

  /// Of a full matrix of finite numbers.
  ///
  /// - Parameter matrix: its rows; what is above the diagonal isn't read.
  public init(_ matrix: [[Double]]) {
    // Scaled, as squares of its numbers may be too large or too small.
    let largest = matrix.joined().reduce(0) { max($0, abs($1)) }
    let size = largest > 0 ? largest : 1
    let reduced = Reduction(matrix.map { row in row.map { $0 / size } })
    self.init(tridiagonal: reduced.diagonal, reduced.offDiagonal, basis: reduced.basis)
    values = values.map { $0 * size }
  }

  /// - Parameter basis: the vectors in which the matrix is tridiagonal.
  private init(tridiagonal: [Double], _ beside: [Double], basis: [[Double]]) {
    precondition((tridiagonal + beside).allSatisfy(\.isFinite), "a matrix must be finite")
    var (diagonal, beside, basis) = (tridiagonal, beside + [0], basis)
    let count = diagonal.count
    let size = zip(diagonal, beside).map { abs($0) + abs($1) }.max() ?? 0
    // Between neighbours that are nothing themselves, the roundoff of a roundoff is nothing, too.
    let least = .ulpOfOne * .ulpOfOne * size
    for first in 0..<count {
      while true {
        // The block that begins here ends where what is beside the diagonal is nothing to its neighbours.
        let last =
          (first..<count).first {
            $0 == count - 1
              || abs(beside[$0])
                <= max(least, .ulpOfOne * (abs(diagonal[$0]) + abs(diagonal[$0 + 1])))
          } ?? first
        if last == first { break }
        Self.chase(first, last, &diagonal, &beside, &basis)
      }
    }
    let order = diagonal.indices.sorted { diagonal[$0] < diagonal[$1] }
    values = order.map { diagonal[$0] }
    vectors = order.map { basis[$0] }
  }

  /// One QL step with Wilkinson's shift on the block `first...last`.
  private static func chase(
    _ first: Int, _ last: Int, _ diagonal: inout [Double], _ beside: inout [Double],
    _ basis: inout [[Double]]
  ) {
    let half = (diagonal[first + 1] - diagonal[first]) / (2 * beside[first])
    let root = length(half, 1)
    var g = diagonal[last] - diagonal[first] + beside[first] / (half + (half < 0 ? -root : root))
    var (sine, cosine, p) = (1.0, 1.0, 0.0)
    for i in stride(from: last - 1, through: first, by: -1) {
      let (f, b) = (sine * beside[i], cosine * beside[i])
      let r = length(f, g)
      beside[i + 1] = r
      guard r != 0 else {
        diagonal[i + 1] -= p
        beside[last] = 0
        return
      }
      (sine, cosine) = (f / r, g / r)
      g = diagonal[i + 1] - p
      let t = (diagonal[i] - g) * sine + 2 * cosine * b
      p = sine * t
      diagonal[i + 1] = g + p
      g = cosine * t - b
      for k in basis[i].indices {
        let next = basis[i + 1][k]
        basis[i + 1][k] = sine * basis[i][k] + cosine * next
        basis[i][k] = cosine * basis[i][k] - sine * next
      }
    }
    diagonal[first] -= p
    beside[first] = g
    beside[last] = 0
  }

  private static func length(_ a: Double, _ b: Double) -> Double {
    let larger = max(abs(a), abs(b))
    guard larger > 0 else { return 0 }
    let (x, y) = (a / larger, b / larger)
    return larger * (x * x + y * y).squareRoot()
  }
}

/// A symmetric matrix made tridiagonal by Householder's reflections.
private struct Reduction {
  var diagonal: [Double]
  var offDiagonal: [Double]
  /// The vectors in which it is tridiagonal.
  var basis: [[Double]]

  init(_ matrix: [[Double]]) {
    let count = matrix.count
    var a = matrix
    for row in 0..<count {
      for column in row + 1..<max(count, row + 1) { a[row][column] = a[column][row] }
    }
    var basis = (0..<count).map { row in (0..<count).map { $0 == row ? 1.0 : 0 } }
    for column in 0..<max(0, count - 2) {
      // The reflection that leaves of this column only what is next to the diagonal.
      var u = (0..<count).map { $0 > column ? a[$0][column] : 0 }
      let length = u.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length > 0 else { continue }
      u[column + 1] += u[column + 1] < 0 ? -length : length
      let square = u.reduce(0) { $0 + $1 * $1 }
      // a ← P a P with P = 1 - 2uuᵀ/uᵀu: a - u wᵀ - w uᵀ.
      let p = a.map { row in 2 * zip(row, u).reduce(0) { $0 + $1.0 * $1.1 } / square }
      let share = zip(u, p).reduce(0) { $0 + $1.0 * $1.1 } / square
      let w = zip(p, u).map { $0 - share * $1 }
      for i in 0..<count {
        for j in 0..<count { a[i][j] -= u[i] * w[j] + w[i] * u[j] }
      }
      // The basis goes along: its vectors are the columns of the product of all P.
      let q = (0..<count).map { k in
        2 * (0..<count).reduce(0) { $0 + basis[$1][k] * u[$1] } / square
      }
      for i in 0..<count where u[i] != 0 {
        for k in 0..<count { basis[i][k] -= u[i] * q[k] }
      }
    }
    diagonal = (0..<count).map { a[$0][$0] }
    offDiagonal = (0..<max(0, count - 1)).map { a[$0 + 1][$0] }
    self.basis = basis
  }
}
