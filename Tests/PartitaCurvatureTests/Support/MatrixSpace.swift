import PartitaCurvature

/// A matrix that is written down, as a space to study.
struct MatrixSpace: CurvatureSpace {
  let rows: [[Double]]
  var roundoff = Double.ulpOfOne / 2

  init(_ rows: [[Double]]) { self.rows = rows }

  init(diagonal: [Double]) {
    rows = diagonal.indices.map { row in
      diagonal.indices.map { $0 == row ? diagonal[row] : 0 }
    }
  }

  /// A symmetric matrix of numbers in (-1, 1).
  init(random dimension: Int, seed: UInt64) {
    var numbers = Draws(seed: seed)
    var rows = Array(repeating: Array(repeating: 0.0, count: dimension), count: dimension)
    for row in 0..<dimension {
      for column in 0...row {
        let number = numbers.next()
        rows[row][column] = number
        rows[column][row] = number
      }
    }
    self.rows = rows
  }

  /// Q·Λ·Qᵀ: these eigenvalues, in directions that are no axes.
  init(eigenvalues: [Double], seed: UInt64) {
    let vectors = jacobi(MatrixSpace(random: eigenvalues.count, seed: seed).rows).vectors
    rows = eigenvalues.indices.map { row in
      eigenvalues.indices.map { column in
        eigenvalues.indices.reduce(0) {
          $0 + eigenvalues[$1] * vectors[$1][row] * vectors[$1][column]
        }
      }
    }
  }

  var dimension: Int { rows.count }
  /// The largest sum of a row: no eigenvalue is larger.
  var size: Double { rows.map { $0.reduce(0) { $0 + abs($1) } }.max() ?? 0 }

  func product(_ vector: [Double]) -> [Double] { rows.map { dot($0, vector) } }
  func dots(_ vectors: [[Double]], _ vector: [Double]) -> [Double] {
    vectors.map { dot($0, vector) }
  }
  func add(_ factor: Double, _ x: [Double], to y: inout [Double]) {
    for index in y.indices { y[index] += factor * x[index] }
  }
  func scale(_ y: inout [Double], by factor: Double) { y = y.map { factor * $0 } }
  func signs(_ number: Int) -> [Double] {
    SignStream(seed: 5, parameter: "w").signs(0..<dimension, of: number).map(Double.init)
  }
  func unit(_ index: Int) -> [Double] { (0..<dimension).map { $0 == index ? 1 : 0 } }
  func numbers(of vector: [Double]) -> [Double] { vector }
}

func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

/// The numbers of a seed, uniform in (-1, 1): a linear congruence, the upper bits (Knuth's MMIX).
struct Draws {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) * 0x1p-52 - 1
  }
}

/// Eigenvalues and vectors by Jacobi's rotations, cycle after cycle until nothing is left beside the
/// diagonal: slow, and shares nothing with what is tested.
func jacobi(_ rows: [[Double]]) -> (values: [Double], vectors: [[Double]]) {
  let count = rows.count
  var a = rows
  var vectors = (0..<count).map { row in (0..<count).map { $0 == row ? 1.0 : 0 } }
  for _ in 0..<60 {
    for p in 0..<count {
      for q in 0..<p where a[p][q] != 0 {
        let half = (a[q][q] - a[p][p]) / (2 * a[p][q])
        let t = (half < 0 ? -1 : 1) / (abs(half) + (half * half + 1).squareRoot())
        let cosine = 1 / (t * t + 1).squareRoot()
        let sine = t * cosine
        for k in 0..<count {
          let (x, y) = (a[k][p], a[k][q])
          (a[k][p], a[k][q]) = (cosine * x - sine * y, sine * x + cosine * y)
        }
        for k in 0..<count {
          let (x, y) = (a[p][k], a[q][k])
          (a[p][k], a[q][k]) = (cosine * x - sine * y, sine * x + cosine * y)
          let (v, w) = (vectors[p][k], vectors[q][k])
          (vectors[p][k], vectors[q][k]) = (cosine * v - sine * w, sine * v + cosine * w)
        }
      }
    }
  }
  let order = (0..<count).sorted { a[$0][$0] < a[$1][$1] }
  return (order.map { a[$0][$0] }, order.map { vectors[$0] })
}
