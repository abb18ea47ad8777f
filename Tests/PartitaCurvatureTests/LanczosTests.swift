import PartitaCurvature
import Testing

/// Lanczos' method on matrices whose eigenvalues are known.
@Suite struct LanczosTests {
  /// As many steps as there are, or until the space is exhausted.
  private func run(
    _ space: MatrixSpace, steps: Int = .max, start: Int = 0
  ) throws -> Lanczos<MatrixSpace> {
    var lanczos = try Lanczos(space, from: space.signs(start))
    while lanczos.count < steps, !lanczos.isExhausted { try lanczos.step() }
    return lanczos
  }

  /// All steps find all eigenvalues; the basis is orthonormal, and H is tridiagonal in it.
  @Test(arguments: [2, 5, 12, 40])
  func allStepsFindAllEigenvalues(_ dimension: Int) throws {
    let space = MatrixSpace(random: dimension, seed: UInt64(dimension))
    let lanczos = try run(space)
    #expect(lanczos.count == dimension && lanczos.isExhausted)
    for (found, expected) in zip(lanczos.ritz().values, jacobi(space.rows).values) {
      #expect(abs(found - expected) <= 1e-12 * space.size)
    }
    for (i, vector) in lanczos.basis.enumerated() {
      let image = space.product(vector)
      for (j, other) in lanczos.basis.enumerated() {
        #expect(abs(dot(vector, other) - (i == j ? 1 : 0)) <= 1e-13)
        let expected =
          i == j ? lanczos.diagonal[i] : abs(i - j) == 1 ? lanczos.offDiagonal[min(i, j)] : 0
        #expect(abs(dot(other, image) - expected) <= 1e-13 * space.size)
      }
    }
  }

  /// An eigenvalue is found once, however often it is there; then nothing is left.
  @Test func repeatedEigenvaluesAreFoundOnce() throws {
    let lanczos = try run(MatrixSpace(diagonal: [1, 5, 1, 2, 5, 1, 5, 5, -3]))
    #expect(lanczos.isExhausted)
    let found = lanczos.ritz().values
    try #require(found.count == 4)
    for (value, expected) in zip(found, [-3.0, 1, 2, 5]) { #expect(abs(value - expected) <= 1e-13) }
  }

  @Test func nothingIsThereToFind() throws {
    let zero = try run(MatrixSpace(diagonal: [0, 0, 0]))
    #expect(zero.isExhausted && zero.ritz().values == [0])
    let one = try run(MatrixSpace([[7]]))
    #expect(one.isExhausted && one.ritz().values == [7])
    var still = one
    try still.step()
    #expect(still.count == 1)
  }

  /// The ends are found long before the rest, and the basis stays orthonormal behind them. Without doing it
  /// again they would be found many times.
  @Test func endsComeFirstAndOnce() throws {
    let middle = (0..<90).map { 1 + Double($0) / 90 }
    let space = MatrixSpace(eigenvalues: [-40] + middle + [1000, 2000], seed: 9)
    let lanczos = try run(space, steps: 40)
    let found = lanczos.ritz()
    for (index, expected) in [(0, -40.0), (38, 1000), (39, 2000)] {
      #expect(abs(found.values[index] - expected) <= 1e-9)
    }
    #expect(found.values[1...37].allSatisfy { 0.999 <= $0 && $0 <= 2.001 })
    for (i, vector) in lanczos.basis.enumerated() {
      for other in lanczos.basis[..<i] { #expect(abs(dot(vector, other)) <= 1e-13) }
    }
  }

  /// A residual is what it says, and an eigenvalue lies no farther away.
  @Test(arguments: [3, 8, 15])
  func residualsBoundErrors(_ steps: Int) throws {
    let space = MatrixSpace(random: 60, seed: 21)
    let lanczos = try run(space, steps: steps)
    let exact = jacobi(space.rows).values
    let ritz = lanczos.ritz()
    var largest = 0.0
    for pair in try lanczos.pairs(Array(ritz.values.indices), of: ritz) {
      let image = space.product(pair.vector)
      let rest = zip(image, pair.vector).map { $0 - pair.value * $1 }
      #expect(abs(dot(pair.vector, pair.vector) - 1) <= 1e-13)
      #expect(abs(dot(rest, rest).squareRoot() - pair.residual) <= 1e-12)
      let nearest = exact.map { abs($0 - pair.value) }.min() ?? .infinity
      #expect(nearest <= pair.residual + 1e-12)
      largest = max(largest, pair.residual)
    }
    #expect(largest > 1e-3)
  }

  @Test func numbersThatAreNoneEndIt() throws {
    let space = MatrixSpace([[1, .nan], [.nan, 1]])
    var lanczos = try Lanczos(space, from: space.signs(0))
    #expect(throws: CurvatureError.notFinite) { try lanczos.step() }
    #expect(throws: CurvatureError.notFinite) { try CurvatureStudy(CurvatureRequest(), of: space) }
  }
}
