import PartitaCurvature
import Testing

/// What vectors are put through is foretold, call by call.
@Suite struct VectorWorkTests {
  @Test(arguments: CurvatureRequest.unlike) func everyCallIsForetold(_ request: CurvatureRequest)
    throws
  {
    let space = CountingSpace(MatrixSpace(random: 20, seed: 6))
    let study = try CurvatureStudy(request, of: space)
    try #require(study.products == request.products(dimension: 20))
    var foretold = request.vectorWork(dimension: 20)
    // The last step of a whole space has no next vector to scale.
    if request.steps >= 20 { foretold.scalings -= request.starts }
    #expect(space.work == foretold)
  }
}

/// Counts what is done with vectors.
private final class CountingSpace: CurvatureSpace {
  private let space: MatrixSpace
  private(set) var work = VectorWork()

  init(_ space: MatrixSpace) { self.space = space }

  var dimension: Int { space.dimension }
  var roundoff: Double { space.roundoff }

  func product(_ vector: [Double]) -> [Double] { space.product(vector) }
  func dots(_ vectors: [[Double]], _ vector: [Double]) -> [Double] {
    work.dotCalls += 1
    work.dots += vectors.count
    return space.dots(vectors, vector)
  }
  func add(_ factor: Double, _ x: [Double], to y: inout [Double]) {
    work.additions += 1
    space.add(factor, x, to: &y)
  }
  func scale(_ y: inout [Double], by factor: Double) {
    work.scalings += 1
    space.scale(&y, by: factor)
  }
  func signs(_ number: Int) -> [Double] {
    work.signs += 1
    return space.signs(number)
  }
  func unit(_ index: Int) -> [Double] { space.unit(index) }
  func numbers(of vector: [Double]) -> [Double] {
    work.listings += 1
    return space.numbers(of: vector)
  }
}
