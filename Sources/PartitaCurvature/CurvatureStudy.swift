/// What H was found to be.
public struct CurvatureStudy: Sendable {
  /// An eigenvalue and how good it is.
  public struct Eigenvalue: Hashable, Sendable {
    /// λ.
    public let value: Double
    /// |H·v - λ·v| of its vector of length 1.
    public let residual: Double
  }

  /// The eigenvalues of both ends, ascending.
  public private(set) var eigenvalues: [Eigenvalue] = []
  /// How eigenvalues are distributed.
  public private(set) var density: SpectralDensity
  /// The trace.
  public private(set) var trace: TraceEstimate
  /// Lanczos' steps from each start: fewer than asked for where its space was exhausted.
  public private(set) var steps: [Int] = []
  /// H, row by row, where it was asked for.
  public private(set) var matrix: [[Double]]?
  /// Products of H that it took.
  public private(set) var products = 0

  /// Studies H. On many ranks, all of them must.
  ///
  /// - Parameters:
  ///   - request: what is asked.
  ///   - space: H and its vectors.
  ///   - observe: told after each product how many there were.
  /// - Throws: what a product throws, what `observe` throws, and `CurvatureError.notFinite`.
  public init<Space: CurvatureSpace>(
    _ request: CurvatureRequest, of space: Space, observe: (Int) throws -> Void = { _ in }
  ) throws {
    var products = 0
    func count() throws {
      products += 1
      try observe(products)
    }
    var ritz: [SymmetricEigen] = []
    var samples: [Double] = []
    for start in 0..<request.starts {
      var lanczos = try Lanczos(space, from: space.signs(start))
      while lanczos.count < request.steps(dimension: space.dimension), !lanczos.isExhausted {
        try lanczos.step()
        try count()
      }
      steps.append(lanczos.count)
      let found = lanczos.ritz()
      ritz.append(found)
      // z is √p times the first vector of the basis.
      samples.append(Double(space.dimension) * lanczos.diagonal[0])
      guard start == 0 else { continue }
      let (all, each) = (found.values.indices, request.eigenvalues)
      let wanted = all.filter { $0 < each || $0 >= all.count - each }
      eigenvalues = try lanczos.pairs(wanted, of: found, observe: count).map {
        Eigenvalue(value: $0.value, residual: $0.residual)
      }.sorted { $0.value < $1.value }
    }
    for probe in request.starts..<max(request.starts, request.probes) {
      let vector = space.signs(probe)
      samples.append(try space.dots([vector], try space.product(vector))[0])
      try count()
    }
    guard samples.allSatisfy(\.isFinite) else { throw CurvatureError.notFinite }
    density = SpectralDensity(ritz)
    trace = TraceEstimate(samples: samples)
    if request.wantsMatrix {
      matrix = try (0..<space.dimension).map { index in
        let row = try space.numbers(of: try space.product(space.unit(index)))
        try count()
        guard row.allSatisfy(\.isFinite) else { throw CurvatureError.notFinite }
        return row
      }
    }
    self.products = products
  }
}
