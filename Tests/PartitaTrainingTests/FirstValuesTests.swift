import PartitaGraph
import PartitaTraining
import Testing

/// A weight's first values are those of its elements, however many are drawn at once.
@Suite struct FirstValuesTests {
  /// Pieces make up the whole, bit for bit.
  @Test(arguments: [
    Initializer.uniform(bound: 0.3), .normal(deviation: 0.02), .constant(0.5),
  ])
  func piecesAreTheWhole(_ initializer: Initializer) {
    let whole = initializer.values(of: 0..<23, name: "w", seed: 7)
    let pieces = [0..<8, 8..<12, 12..<23].flatMap {
      initializer.values(of: $0, name: "w", seed: 7)
    }
    #expect(whole.map(\.bitPattern) == pieces.map(\.bitPattern))
    let stream = RandomStream(seed: 7, name: "w")
    if case .normal = initializer { #expect(whole[9] == stream.normal(9) * Float(0.02)) }
    if case .uniform = initializer {
      #expect(whole[9] == (2 * stream.uniform(9) - 1) * Float(0.3))
    }
  }
}
