import PartitaGraph
import PartitaNotation
import TestModels
import Testing

/// The symbols that values of networks get.
struct SymbolTests {
  @Test func `one hidden layer has exactly the chapter's letters`() throws {
    let notation = NetworkNotation(try TestModel.digits.training())
    let graph = notation.model.graph
    let shown = graph.values.compactMap { notation[$0.id]?.text }
    #expect(shown.sorted() == ["J", "L", "W1", "W2", "b1", "b2", "h", "o", "s", "x", "y", "z"])
    let operands = notation.nodes.map {
      notation.operands(of: $0).compactMap { notation[$0]?.text }
    }
    #expect(
      operands == [
        ["x", "W1", "b1"], ["z"], ["h", "W2", "b2"], ["o", "y"], ["W1", "W2"], ["L", "s"],
      ])
  }

  @Test(arguments: [
    TestModel.digits, .mlp, .skip, .tiedLinear, .tiedGPT, .batchNorm, .lenet, .imported,
  ])
  func `no two values share a symbol`(model: TestModel) throws {
    for isBatch in [false, true] {
      let notation = NetworkNotation(try model.training(), isBatch: isBatch)
      let symbols = notation.model.graph.values.compactMap { notation[$0.id] }
      #expect(Set(symbols.map(\.text)).count == symbols.count, "\(symbols.map(\.text))")
      #expect(Set(symbols.map(\.latex)).count == symbols.count)
    }
  }
}
