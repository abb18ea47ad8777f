import PartitaCurvature
import Testing

/// A study gives what was asked for, with the products that were foretold.
@Suite struct CurvatureStudyTests {
  @Test func bothEndsAscending() throws {
    let space = MatrixSpace(random: 30, seed: 5)
    let exact = jacobi(space.rows).values
    let study = try CurvatureStudy(CurvatureRequest(eigenvalues: 3, steps: 30), of: space)
    try #require(study.eigenvalues.count == 6)
    for (found, expected) in zip(study.eigenvalues, exact[..<3] + exact[27...]) {
      #expect(abs(found.value - expected) <= 1e-12)
      #expect(found.residual <= 1e-12)
    }
  }

  /// Products are counted as they come, and are as many as foretold unless a space is exhausted.
  @Test(arguments: CurvatureRequest.unlike) func productsAreForetold(_ request: CurvatureRequest)
    throws
  {
    let space = MatrixSpace(random: 20, seed: 6)
    var told: [Int] = []
    let study = try CurvatureStudy(request, of: space) { told.append($0) }
    #expect(study.products == request.products(dimension: 20))
    #expect(told == Array(1...study.products))
    #expect(study.eigenvalues.count == request.pairs(dimension: 20))
    #expect(study.trace.samples.count == max(request.starts, request.probes))
    #expect((study.matrix == nil) == !request.wantsMatrix)
    #expect(study.matrix == nil || study.matrix == space.rows)

    let small = MatrixSpace(eigenvalues: [1, 1, 1, 2], seed: 1)
    let early = try CurvatureStudy(request, of: small)
    #expect(early.products <= request.products(dimension: 4))
  }

  /// What `observe` throws ends the study.
  @Test func aStudyCanBeEnded() {
    struct Enough: Error {}
    #expect(throws: Enough.self) {
      try CurvatureStudy(CurvatureRequest(), of: MatrixSpace(random: 9, seed: 1)) {
        if $0 == 4 { throw Enough() }
      }
    }
  }
}
