import Foundation
import PartitaCurvature
import Testing

/// Traces and spectra from random vectors.
@Suite struct EstimateTests {
  /// A quadrature of k steps integrates polynomials up to degree 2k - 1: Σ w·λʲ = zᵀHʲz/p.
  @Test(arguments: [1, 3, 5])
  func quadratureIntegratesPolynomials(_ steps: Int) throws {
    let space = MatrixSpace(random: 30, seed: 2)
    var lanczos = try Lanczos(space, from: space.signs(0))
    for _ in 0..<steps { try lanczos.step() }
    let density = SpectralDensity([lanczos.ritz()])
    let z = space.signs(0)
    var power = z
    for degree in 0..<2 * steps {
      let expected = dot(z, power) / 30
      let found = density.nodes.reduce(0) { $0 + $1.weight * pow($1.value, Double(degree)) }
      #expect(abs(found - expected) <= 1e-12 * pow(space.size, Double(degree)), "degree \(degree)")
      power = space.product(power)
    }
    let beyond = density.nodes.reduce(0) { $0 + $1.weight * pow($1.value, Double(2 * steps)) }
    #expect(abs(beyond - dot(z, power) / 30) > 1e-3)
  }

  /// A density is 1 in all, and smooth by its width.
  @Test func densityIsOneInAll() throws {
    let space = MatrixSpace(random: 50, seed: 3)
    let study = try CurvatureStudy(CurvatureRequest(steps: 12, starts: 3), of: space)
    let density = study.density
    #expect(abs(density.nodes.reduce(0) { $0 + $1.weight } - 1) <= 1e-13)
    let (low, high) = (density.nodes[0].value, density.nodes[density.nodes.count - 1].value)
    let width = density.usualWidth
    #expect(width == (high - low) / 100)
    let step = width / 4
    let area = stride(from: low - 8 * width, through: high + 8 * width, by: step)
      .reduce(0) { $0 + density.density(at: $1, width: width) * step }
    #expect(abs(area - 1) <= 1e-9)
    #expect(density.share(below: low) == 0)
    #expect(abs(density.share(below: high + 1) - 1) <= 1e-13)
  }

  /// The share below a number is about that of the eigenvalues.
  @Test func sharesAreThoseOfEigenvalues() throws {
    let values =
      Array(repeating: 0.0, count: 70) + Array(repeating: -2.0, count: 20)
      + Array(repeating: 5.0, count: 10)
    let study = try CurvatureStudy(
      CurvatureRequest(steps: 3, starts: 40), of: MatrixSpace(eigenvalues: values, seed: 4))
    #expect(abs(study.density.share(below: -1) - 0.2) <= 0.03)
    #expect(abs(1 - study.density.share(below: 1) - 0.1) <= 0.03)
  }

  /// Of a diagonal, every vector of signs gives the trace itself.
  @Test func aDiagonalsTraceIsExact() throws {
    let study = try CurvatureStudy(
      CurvatureRequest(probes: 6), of: MatrixSpace(diagonal: [1, 2, 4, -16, 0.5]))
    #expect(study.trace.samples.count == 6)
    #expect(abs(study.trace.mean + 8.5) <= 1e-13)
    #expect((study.trace.standardError ?? 1) <= 1e-13)
  }

  /// The estimate is within its error, and the error is what theory says: a sample's variance is
  /// 2·Σ Hᵢⱼ² beside the diagonal.
  @Test(arguments: [11, 12, 13] as [UInt64])
  func theErrorIsKnown(_ seed: UInt64) throws {
    let space = MatrixSpace(random: 40, seed: seed)
    let study = try CurvatureStudy(CurvatureRequest(probes: 800), of: space)
    let trace = space.rows.indices.reduce(0) { $0 + space.rows[$1][$1] }
    let beside = space.rows.indices.flatMap { row in
      space.rows.indices.filter { $0 != row }.map { space.rows[row][$0] }
    }
    let error = (2 * dot(beside, beside) / 800).squareRoot()
    let found = try #require(study.trace.standardError)
    #expect(abs(found / error - 1) <= 0.15)
    #expect(abs(study.trace.mean - trace) <= 3 * error)
  }

  @Test func oneSampleHasNoError() {
    #expect(TraceEstimate(samples: [3]).standardError == nil)
    #expect(TraceEstimate(samples: [3, 5]).standardError == 1)
  }

  /// A part of a vector is that part of the whole, and the numbers are the stream's own words.
  @Test func signsAreAddressed() {
    let stream = SignStream(seed: 3, parameter: "linear1.weight")
    let all = stream.signs(0..<4099, of: 7)
    #expect(stream.signs(1021..<1030, of: 7) == Array(all[1021..<1030]))
    #expect(all.allSatisfy { $0 == 1 || $0 == -1 })
    // Sums of that many signs have a deviation of 64.
    #expect(abs(all.reduce(0, +)) < 256)
    for other in [
      stream.signs(0..<4099, of: 8),
      SignStream(seed: 4, parameter: "linear1.weight").signs(0..<4099, of: 7),
      SignStream(seed: 3, parameter: "linear2.weight").signs(0..<4099, of: 7),
    ] {
      #expect(abs(zip(all, other).reduce(0) { $0 + $1.0 * $1.1 }) < 256)
    }
    #expect(stream.signs(0..<8, of: 0).map { $0 < 0 ? "-" : "+" }.joined() == "+--++--+")
  }
}
