public import PartitaCurvature
internal import PartitaPlan
internal import PartitaTransport

extension HessianSpace {
  /// Seconds that a study takes beside the steps of its products, the slowest rank's: what each kind of work
  /// takes once is measured. Every rank must call it; all get the same.
  ///
  /// - Parameters:
  ///   - request: what is asked.
  /// - Throws: `DeviceError` or `TransportError` where a rank's own work failed: it must abort the others.
  public func vectorSeconds(of request: CurvatureRequest) throws -> Double {
    let work = request.vectorWork(dimension: dimension)
    // As many as the study works through, or as no cache holds.
    let fewest = max(4, Self.cacheBytes / max(1, vectorBytes))
    let most = try transport.collect(fewest).max() ?? fewest
    let count = max(2, min(request.steps(dimension: dimension), most))
    var vectors: [Vector] = []
    let signs = try seconds { vectors.append(self.signs(vectors.count)) }
    while vectors.count < count { vectors.append(vectors[0]) }
    for index in vectors.indices { scale(&vectors[index], by: 0.5) }
    let single = try seconds { _ = try dots([vectors[0]], vectors[1]) }
    let several = try seconds { _ = try dots(vectors, vectors[0]) }
    let dot = max(0, several - single) / Double(vectors.count - 1)
    var sum = vectors[0]
    let additions = try seconds { for vector in vectors { add(0.5, vector, to: &sum) } }
    // What a product leaves is memory that is touched for the first time.
    var products: [Vector] = []
    let copying = try seconds {
      try upload(vectors[products.count % vectors.count])
      products.append(try download())
    }
    let scaling = try seconds { scale(&sum, by: 0.5) }
    let listing = work.listings == 0 ? 0 : try seconds { _ = try numbers(of: unit(0)) }
    let steps = request.steps(dimension: dimension)
    let ritz = try seconds {
      _ = SymmetricEigen(
        diagonal: (0..<steps).map { 1 / Double($0 + 1) },
        offDiagonal: Array(repeating: 0.5, count: max(0, steps - 1)))
    }
    let shares = [
      (work.signs, signs), (work.dotCalls, single - dot), (work.dots, dot),
      (work.additions, additions / Double(vectors.count)), (work.scalings, scaling),
      (work.listings, listing), (request.starts, ritz),
      (request.products(dimension: dimension), copying),
    ]
    let own = shares.reduce(0) { $0 + Double($1.0) * $1.1 }
    return try transport.collect(own).max() ?? own
  }

  /// No cache of a core or of its neighbours is larger.
  private static var cacheBytes: Int { 64 << 20 }

  /// The median of some trials; all ranks make equally many.
  private func seconds(of trial: () throws -> Void) throws -> Double {
    func once() throws -> Double {
      let start = ContinuousClock.now
      try trial()
      return (ContinuousClock.now - start) / .seconds(1)
    }
    let first = try transport.collect(try once()).max() ?? 0
    let count = Int(max(2, min(10, 0.02 / max(first, 1e-9))))
    return try (0..<count).map { _ in try once() }.median
  }
}
