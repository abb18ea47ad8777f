/// What a study does with vectors beside products, as counts: at most, as products are.
public struct VectorWork: Hashable, Sendable {
  /// Calls of `dots`.
  public var dotCalls = 0
  /// Inner products in all of them.
  public var dots = 0
  /// Calls of `add`.
  public var additions = 0
  /// Calls of `scale`.
  public var scalings = 0
  /// Calls of `signs`.
  public var signs = 0
  /// Calls of `numbers(of:)`.
  public var listings = 0

  /// Nothing yet.
  public init() {}
}

extension CurvatureRequest {
  /// What the vectors are put through.
  ///
  /// - Parameter dimension: numbers of a vector.
  public func vectorWork(dimension: Int) -> VectorWork {
    let steps = steps(dimension: dimension)
    var work = VectorWork()
    for _ in 0..<starts {
      // Each step is made orthogonal twice to all before it, and to itself; the start is scaled, too.
      work.signs += 1
      work.dotCalls += 1 + 3 * steps
      work.dots += 1 + steps * (steps + 1) + steps
      work.additions += steps * (steps + 1)
      work.scalings += 1 + steps
    }
    let pairs = pairs(dimension: dimension)
    work.scalings += 2 * pairs
    work.additions += pairs * steps
    work.dotCalls += 3 * pairs
    work.dots += 3 * pairs
    let others = max(0, probes - starts)
    work.signs += others
    work.dotCalls += others
    work.dots += others
    if wantsMatrix { work.listings = dimension }
    return work
  }
}
