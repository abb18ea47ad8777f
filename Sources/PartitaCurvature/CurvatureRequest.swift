/// What is asked of H.
public struct CurvatureRequest: Hashable, Sendable {
  /// How many of the largest eigenvalues, and how many of the smallest.
  public var eigenvalues: Int
  /// Lanczos' steps from each start.
  public var steps: Int
  /// The starts of the spectrum; the first also gives the eigenvalues.
  public var starts: Int
  /// The vectors of the trace; at least the starts, which give theirs for nothing.
  public var probes: Int
  /// Whether every number of H is wanted.
  public var wantsMatrix: Bool

  /// What costs little and says much of most networks.
  ///
  /// - Parameters:
  ///   - eigenvalues: of each end.
  ///   - steps: Lanczos' steps, at least 1.
  ///   - starts: at least 1.
  ///   - probes: at least 1.
  ///   - wantsMatrix: p products for p parameters.
  public init(
    eigenvalues: Int = 3, steps: Int = 30, starts: Int = 2, probes: Int = 10,
    wantsMatrix: Bool = false
  ) {
    self.eigenvalues = eigenvalues
    self.steps = steps
    self.starts = starts
    self.probes = probes
    self.wantsMatrix = wantsMatrix
  }

  /// Steps from one start: there are no more than numbers in a vector.
  public func steps(dimension: Int) -> Int { min(steps, dimension) }

  /// Eigenvalues that are looked at again, for their residuals.
  public func pairs(dimension: Int) -> Int { min(2 * eigenvalues, steps(dimension: dimension)) }

  /// Products of H that it takes, at most: fewer where a start's space is exhausted early.
  public func products(dimension: Int) -> Int {
    starts * steps(dimension: dimension) + pairs(dimension: dimension)
      + max(0, probes - starts) + (wantsMatrix ? dimension : 0)
  }

  /// Vectors that are kept at one time: the basis of a start, and three that are worked on.
  public func vectors(dimension: Int) -> Int { steps(dimension: dimension) + 3 }
}
