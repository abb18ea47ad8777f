public import PartitaCurvature
internal import PartitaPlan
internal import PartitaTransport

extension HessianSpace {
  /// Seconds that a study takes, the slowest rank's: what each kind of work takes once is measured, but for
  /// the step of a long product, which is simulated. Every rank must call it; all get the same.
  ///
  /// - Parameters:
  ///   - request: what is asked.
  ///   - stepSeconds: what a product's step takes by a simulation, of kernels that find their operands in
  ///     caches; the same on every rank.
  /// - Throws: `DeviceError` or `TransportError` where a rank's own work failed: it must abort the others;
  ///   `CurvatureError.notFinite` where J isn't a number, on every rank.
  public func seconds(of request: CurvatureRequest, stepSeconds: Double) throws -> Double {
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
    let around = try seconds {
      try upload(vectors[products.count % vectors.count])
      products.append(try download())
    }
    var product = stepSeconds + around
    if stepSeconds < Self.shortSeconds {
      // Between two products a study goes through its vectors, and a short step then misses the caches.
      let together = try seconds {
        _ = try dots(vectors, vectors[0])
        products.append(try self.product(vectors[products.count % vectors.count]))
      }
      product = max(0, together - several)
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
      (request.products(dimension: dimension), product),
    ]
    let own = shares.reduce(0) { $0 + Double($1.0) * $1.1 }
    return try transport.collect(own).max() ?? own
  }

  /// Steps below it are taken to see how long they take: a profile has taken more by then.
  private static var shortSeconds: Double { 0.01 }

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
