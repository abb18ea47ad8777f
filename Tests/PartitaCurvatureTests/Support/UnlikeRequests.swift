import PartitaCurvature

extension CurvatureRequest {
  /// The usual one, more than a small matrix has, the least, uneven ones, and one without eigenvalues.
  static let unlike = [
    CurvatureRequest(), CurvatureRequest(eigenvalues: 40, steps: 50),
    CurvatureRequest(eigenvalues: 1, steps: 1, starts: 1, probes: 1),
    CurvatureRequest(steps: 5, starts: 4, probes: 2, wantsMatrix: true),
    CurvatureRequest(eigenvalues: 0),
  ]
}
