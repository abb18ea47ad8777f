#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How H's eigenvalues are distributed, by stochastic Lanczos quadrature: for a random start, the tridiagonal
/// matrix's eigenvalues weigh the squares of their vectors' first elements, and are Gauss' nodes for the
/// distribution (Golub and Meurant 1994; Ghorbani, Krishnan, Xiao 2019, algorithm 1).
public struct SpectralDensity: Hashable, Sendable {
  /// A place that carries a share of all eigenvalues.
  public struct Node: Hashable, Sendable {
    /// The eigenvalue.
    public let value: Double
    /// The share of all eigenvalues that it stands for.
    public let weight: Double
  }

  /// The nodes of all starts, ascending; their weights are 1 together.
  public let nodes: [Node]

  /// Of the tridiagonal matrices of some starts.
  public init(_ starts: [SymmetricEigen]) {
    nodes = starts.flatMap { ritz in
      zip(ritz.values, ritz.vectors).map { value, vector in
        Node(value: value, weight: vector[0] * vector[0] / Double(starts.count))
      }
    }.sorted { ($0.value, $0.weight) < ($1.value, $1.weight) }
  }

  /// Of all eigenvalues, where they are known.
  public init(eigenvalues: [Double]) {
    nodes = eigenvalues.sorted().map { Node(value: $0, weight: 1 / Double(eigenvalues.count)) }
  }

  /// The share of eigenvalues below a number.
  public func share(below limit: Double) -> Double {
    nodes.reduce(0) { $0 + ($1.value < limit ? $1.weight : 0) }
  }

  /// The width that a plot over all nodes smooths with.
  public var usualWidth: Double {
    let span = (nodes.last?.value ?? 0) - (nodes.first?.value ?? 0)
    return span > 0 ? span / 100 : 1
  }

  /// The density at a number, each node spread to a normal distribution of this width: per unit of the
  /// eigenvalue.
  public func density(at value: Double, width: Double) -> Double {
    nodes.reduce(0) { sum, node in
      let distance = (value - node.value) / width
      return sum + node.weight * exp(-distance * distance / 2)
        / (width * (2 * Double.pi).squareRoot())
    }
  }
}
