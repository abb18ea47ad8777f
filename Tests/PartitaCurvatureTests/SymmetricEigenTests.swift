import Foundation
import PartitaCurvature
import Testing

/// Eigenvalues of matrices that are written down.
@Suite struct SymmetricEigenTests {
  static let matrices: [(name: String, rows: [[Double]])] = [
    ("one number", [[-3]]),
    ("a pair without a diagonal", [[0, 1], [1, 0]]),
    ("zero", MatrixSpace(diagonal: [0, 0, 0, 0]).rows),
    ("the identity", MatrixSpace(diagonal: [1, 1, 1, 1, 1]).rows),
    ("a diagonal out of order", MatrixSpace(diagonal: [2, -1, 7, 0, 2]).rows),
    ("random", MatrixSpace(random: 24, seed: 1).rows),
    ("random of odd size", MatrixSpace(random: 37, seed: 2).rows),
    ("an eigenvalue many times", MatrixSpace(eigenvalues: [1, 1, 1, 1, 4, 4, -2], seed: 3).rows),
    ("of low rank", MatrixSpace(eigenvalues: [0, 0, 0, 0, 0, 0, 0, 5], seed: 4).rows),
    ("sizes far apart", MatrixSpace(eigenvalues: [1e-12, 1e-6, 1, 1e6, 1e12], seed: 5).rows),
    ("tiny", MatrixSpace(random: 6, seed: 6).rows.map { $0.map { $0 * 1e-200 } }),
    ("huge", MatrixSpace(random: 6, seed: 7).rows.map { $0.map { $0 * 1e150 } }),
  ]

  /// A·v = λ·v, vectors are orthonormal, and eigenvalues are those of rotations.
  @Test(arguments: matrices.indices)
  func eigenvaluesAndVectors(_ index: Int) {
    let (name, rows) = Self.matrices[index]
    let found = SymmetricEigen(rows)
    let space = MatrixSpace(rows)
    let tolerance = 1e-14 * Double(rows.count) * space.size
    #expect(found.values.count == rows.count)
    #expect(found.values == found.values.sorted())
    for (value, vector) in zip(found.values, found.vectors) {
      for (a, v) in zip(space.product(vector), vector) {
        #expect(abs(a - value * v) <= tolerance, "\(name), \(value)")
      }
      for other in found.vectors.indices {
        let expected = found.vectors[other] == vector ? 1.0 : 0
        #expect(abs(dot(vector, found.vectors[other]) - expected) <= 1e-13, "\(name)")
      }
    }
    for (own, other) in zip(found.values, jacobi(rows).values) {
      #expect(abs(own - other) <= tolerance, "\(name)")
    }
  }

  /// The matrix of second differences has the eigenvalues 2 - 2 cos(kπ/(n + 1)).
  @Test(arguments: [1, 2, 3, 10, 64])
  func secondDifferences(_ count: Int) {
    let found = SymmetricEigen(
      diagonal: Array(repeating: 2, count: count),
      offDiagonal: Array(repeating: -1, count: count - 1))
    for (index, value) in found.values.enumerated() {
      let angle = Double(index + 1) * Double.pi / Double(count + 1)
      #expect(abs(value - (2 - 2 * cos(angle))) <= 1e-14)
    }
  }
}
