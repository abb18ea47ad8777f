import PartitaGraph
import PartitaNotation
import TestModels
import Testing

/// Sizes in letters: what there is of every value, whatever the widths are.
struct SymbolicShapeTests {
  static func mlp(_ widths: [Int], bias: Bool = true) -> TestModel {
    TestModel(
      "mlp", .mlp(widths: widths, activation: .relu, bias: bias), input: .perSample([widths[0]]),
      classes: widths[widths.count - 1])
  }

  @Test(arguments: [[2, 3, 2], [4, 4, 4], [5, 7, 6, 3], [8, 2, 2, 2, 9], [3, 4]])
  func `letters count the numbers of every value`(widths: [Int]) throws {
    for model in [try Self.mlp(widths).training(), try Self.mlp(widths, bias: false).training()] {
      let shapes = try SymbolicShapes(model)
      #expect(shapes.widths.map(\.size) == widths)
      var sizes = Dictionary(uniqueKeysWithValues: shapes.widths.map { ($0.letter, $0.size) })
      sizes["n"] = 11
      for value in model.graph.values {
        let name = value.name.isEmpty ? value.id.description : value.name
        #expect(try shapes.count(of: name).value(sizes) == value.type.count(samples: 11), "\(name)")
      }
    }
  }

  /// What is said in letters is said for all sizes, also where widths happen to be equal.
  @Test func `networks of other widths have the same letters`() throws {
    let (one, other) = (try Self.mlp([2, 3, 2]).training(), try Self.mlp([7, 7, 7]).training())
    let (small, large) = (try SymbolicShapes(one), try SymbolicShapes(other))
    #expect(one.graph.values.count == other.graph.values.count)
    for value in one.graph.values {
      let name = value.name.isEmpty ? value.id.description : value.name
      #expect(try small.count(of: name) == large.count(of: name), "\(name)")
    }
  }

  @Test func `the chapter's sizes are those of its exercise`() throws {
    let shapes = try SymbolicShapes(EquationTests.chapterWithBias.training())
    func text(_ name: String) throws -> String { try shapes.count(of: name).text }
    #expect(shapes.widths.map(\.letter) == ["d", "h", "q"])
    #expect(try text("input") == "n d")
    #expect(try text("linear1.weight") == "dh")
    #expect(try text("linear2.weight") == "hq")
    #expect(try text("linear2.bias") == "q")
    #expect(try text("label") == "n")
    let sum =
      try shapes.count(of: "linear2.weight") + 2 * shapes.count(of: "input")
      + shapes.count(of: "label") + shapes.count(of: "linear1.weight")
    #expect(sum.text == "dh + hq + n (2 d + 1)")
  }

  @Test func `deep networks have numbered widths, in order`() throws {
    let shapes = try SymbolicShapes(Self.mlp([5, 7, 6, 3]).training())
    #expect(shapes.widths.map(\.letter) == ["d", "h1", "h2", "q"])
    let weights = try ["linear1.weight", "linear2.weight", "linear3.weight"].map {
      try shapes.count(of: $0)
    }.reduce(SizePolynomial(), +)
    #expect(weights.text == "d h1 + h1 h2 + h2 q")
  }

  @Test func `a skip and a tied weight make widths one`() throws {
    let layers: [LayerDescription] = [
      LayerDescription("wide", .linear(features: 6)),
      LayerDescription("deep", .linear(features: 6)),
      LayerDescription("sum", .add, inputs: ["wide", "deep"]),
      LayerDescription("end", .linear(features: 3)),
    ]
    let model = try TestModel("skip", layers, input: .perSample([4]), classes: 3).training()
    let shapes = try SymbolicShapes(model)
    #expect(shapes.widths.map(\.size) == [4, 6, 3])
    #expect(try shapes.count(of: "deep.weight").text == "hh")
    let tied = try SymbolicShapes(TestModel.tiedLinear.training())
    #expect(tied.widths.map(\.size) == [6, 3])
    #expect(try tied.count(of: "a.weight").text == "dd")
  }

  @Test(arguments: [TestModel.lenet, .tiedGPT])
  func `other networks are refused by what has sizes of its own`(model: TestModel) throws {
    let error = #expect(throws: FixedSizes.self) { try SymbolicShapes(model.training()) }
    #expect(error?.description.contains("input [") == true, "\(String(describing: error))")
  }
}
