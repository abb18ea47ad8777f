public import PartitaCurvature
internal import PartitaPlan
internal import PartitaTransport

extension HessianSpace {
  /// Seconds that a study takes beside the steps of its products, the slowest rank's: what each kind of work
  /// takes once is measured. Every rank must call it; all get the same.
  ///
  /// - Parameters:
  ///   - work: what vectors are put through.
  ///   - products: each of which brings a vector to the device and back.
  /// - Throws: `DeviceError` or `TransportError` where a rank's own work failed: it must abort the others.
  public func vectorSeconds(_ work: VectorWork, products: Int) throws -> Double {
    // As many as fall out of a cache that one would stay in.
    let vectors = (0..<Self.trialVectors).map { signs($0) }
    var sum = vectors[0]
    func share(_ count: Int, _ seconds: Double) -> Double { Double(count) * seconds }
    let single = try seconds { _ = try dots([vectors[0]], vectors[1]) }
    let several = try seconds { _ = try dots(vectors, vectors[0]) }
    let dot = max(0, several - single) / Double(Self.trialVectors - 1)
    var next = 0
    let addition = try seconds {
      next = (next + 1) % Self.trialVectors
      add(0.5, vectors[next], to: &sum)
    }
    let scaling = try seconds {
      var copy = vectors[0]
      scale(&copy, by: 0.5)
    }
    let copying = try seconds {
      try upload(vectors[0])
      _ = try download()
    }
    let own =
      share(work.dotCalls, single - dot) + share(work.dots, dot)
      + share(work.additions, addition) + share(work.scalings, scaling)
      + share(work.signs, try seconds { _ = signs(0) })
      + share(products, copying)
      + (work.listings == 0
        ? 0 : share(work.listings, try seconds { _ = try numbers(of: unit(0)) }))
    return try transport.collect(own).max() ?? own
  }

  private static var trialVectors: Int { 6 }

  /// The median of some trials; all ranks make equally many.
  private func seconds(of trial: () throws -> Void) throws -> Double {
    func once() throws -> Double {
      let start = ContinuousClock.now
      try trial()
      return (ContinuousClock.now - start) / .seconds(1)
    }
    _ = try once()
    let first = try transport.collect(try once()).max() ?? 0
    let count = Int(max(3, min(50, 0.02 / max(first, 1e-9))))
    return try (0..<count).map { _ in try once() }.median
  }
}
