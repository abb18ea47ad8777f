/// Why H tells nothing.
public enum CurvatureError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A product of H has infinities, or numbers that are none.
  case notFinite
  /// A variable of the network has no numbers.
  case missing(variable: String)

  public var description: String {
    switch self {
    case .notFinite:
      "a product of the Hessian isn't finite: weights or samples hold numbers that aren't, or so large ones "
        + "that J overflows; ask for the curvature of a run whose loss is finite"
    case .missing(let name):
      "\(name) has no numbers: curvature needs those of all parameters, samples and settings"
    }
  }
}
