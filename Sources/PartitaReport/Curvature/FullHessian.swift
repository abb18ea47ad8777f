internal import PartitaCurvature

/// What every number of a small network's Hessian tells, to judge the rest by.
struct FullHessian {
  /// More rows than these take longer than a page may.
  private static let most = 512

  /// All eigenvalues, ascending.
  let eigenvalues: [Double]
  /// The sum of the diagonal.
  let trace: Double
  /// How far a number and its mirror image are apart, at most.
  let asymmetry: Double
  /// The size of the largest number.
  let largest: Double

  /// Of the numbers that a study found; nil where it has none, or has too many of them.
  ///
  /// Complexity: O(p³) for p parameters.
  init?(_ study: CurvatureStudy) {
    guard let matrix = study.matrix, matrix.count <= Self.most else { return nil }
    eigenvalues = SymmetricEigen(matrix).values
    trace = matrix.indices.reduce(0) { $0 + matrix[$1][$1] }
    largest = matrix.joined().reduce(0) { max($0, abs($1)) }
    var apart = 0.0
    for row in matrix.indices {
      for column in 0..<row { apart = max(apart, abs(matrix[row][column] - matrix[column][row])) }
    }
    asymmetry = apart
  }

  /// In words.
  var sentences: [String] {
    let (low, high) = (eigenvalues.first ?? 0, eigenvalues.last ?? 0)
    return [
      "the full Hessian: eigenvalues from \(NumberText.digits(low, 6)) to \(NumberText.digits(high, 6)), "
        + "trace \(NumberText.digits(trace, 6))",
      "its largest number is \(NumberText.digits(largest)); a number and its mirror image are at most "
        + "\(NumberText.digits(asymmetry, 2)) apart",
    ]
  }
}
