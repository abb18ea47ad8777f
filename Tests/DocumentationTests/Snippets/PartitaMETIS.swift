import PartitaMETIS
import Testing

extension Snippets {
  @Test func metis() throws {
    // snippet
    // Two triangles, joined by one edge between vertices 2 and 3.
    let neighbours = [[1, 2], [0, 2], [0, 1, 3], [2, 4, 5], [3, 5], [3, 4]]
    let parts = try METISSplitter().split(
      vertexWeights: [1, 1, 1, 1, 1, 1], adjacency: neighbours.map { $0.map { ($0, 1) } },
      parts: 2, seed: 7)
    print(parts)  // one triangle each
    // end
    #expect(Set(parts[0..<3]).count == 1 && Set(parts[3..<6]).count == 1)
    #expect(parts[0] != parts[3])
  }
}
