import Foundation
import PartitaGraph
import PartitaNotation
import PartitaReport
import TestFiles
import TestModels
import Testing

/// The drawing of a model's graph: what stands in it, by the graph alone.
@Suite struct GraphDrawingTests {
  /// The chapter's network: one hidden layer, J = L + s.
  private static func chapter(bias: Bool) -> TestModel {
    TestModel(
      "chapter", .mlp(widths: [4, 3, 2], activation: .relu, bias: bias), input: .perSample([4]),
      classes: 2)
  }

  private static func gpt(depth: Int) -> TestModel {
    TestModel(
      "gpt", .gpt(depth: depth, width: 8, heads: 2, vocabulary: 11, tied: true, dropout: 0.1),
      input: .perSample([5], .int32), classes: 11)
  }

  private static func drawing(
    _ test: TestModel, gradients: Bool = false, unfolds: Bool = false, layers: Bool = false,
    stages: [Int]? = nil
  ) throws -> GraphDrawing {
    let model = try test.training()
    var request = GraphDrawing.Request(title: test.description, samples: 4)
    request.showsGradients = gradients
    request.unfolds = unfolds
    request.showsLayers = layers
    request.cut = try stages.map {
      try StagedModel(model, stageOfLayer: $0, stageCount: ($0.max() ?? 0) + 1)
    }
    return try GraphDrawing(NetworkNotation(model), request)
  }

  private static func labels(_ drawing: GraphDrawing, _ form: Diagram.Form) -> [String] {
    drawing.diagram.nodes.filter { $0.form == form }.map(\.label).sorted()
  }

  /// Squares and circles are those of the chapter's figure, and no others.
  @Test(arguments: [false, true]) func theChaptersNodes(bias: Bool) throws {
    let drawing = try Self.drawing(Self.chapter(bias: bias))
    var boxes = ["x", "W₁", "z", "h", "W₂", "o", "y", "L", "s", "J"]
    if bias { boxes += ["b₁", "b₂"] }
    #expect(Self.labels(drawing, .variable) == boxes.sorted())
    let product = bias ? "×+" : "×"
    #expect(
      Self.labels(drawing, .operation)
        == [product, product, "φ", "l", "‖·‖²", "‖·‖²", "+", "+"].sorted())
  }

  /// The input stands at the lower left of its way, J at the upper right, arrows lead right.
  @Test func directions() throws {
    let diagram = try Self.drawing(Self.chapter(bias: true)).diagram
    let layout = DiagramLayout(diagram)
    let x = try #require(diagram.nodes.firstIndex { $0.label == "x" })
    let j = try #require(diagram.nodes.firstIndex { $0.label == "J" })
    #expect(layout.nodes[j].x == layout.nodes.map(\.x).max())
    #expect(layout.nodes[j].y == layout.nodes.map(\.y).min())
    #expect(layout.nodes[x].x == layout.nodes.map(\.x).min())
    for arrow in diagram.arrows { #expect(layout.nodes[arrow.from].x < layout.nodes[arrow.to].x) }
    let rising = diagram.arrows.count { layout.nodes[$0.from].y >= layout.nodes[$0.to].y }
    #expect(rising * 10 >= diagram.arrows.count * 7, "\(rising) of \(diagram.arrows.count) rise")
  }

  @Test func picturesAndWordsAreGolden() throws {
    let drawing = try Self.drawing(Self.chapter(bias: false), gradients: true)
    try Golden.check(drawing.svg, "graph-chapter.svg")
    try Golden.check(drawing.dot, "graph-chapter.dot")
    try Golden.check(try Self.drawing(Self.chapter(bias: true)).text, "graph-chapter.txt")
    try Golden.check(try Self.drawing(.lenet).text, "graph-lenet.txt")
    try Golden.check(
      try Self.drawing(.skip, stages: [0, 0, 1, 1, 1, 2, 2, 2]).text, "graph-skip.txt")
    try Golden.check(try Self.drawing(.tiedGPT).text, "graph-tied-gpt.txt")
  }

  private static let models: [TestModel] = [
    chapter(bias: true), .mlp, .lenet, .skip, .tiedLinear, .tiedGPT, .batchNorm, .imported,
    gpt(depth: 12),
  ]

  /// Nothing lies on a label, with gradients and without.
  @Test(arguments: models, [false, true]) func isLegible(model: TestModel, gradients: Bool) throws {
    let picture = try DrawnPicture(try Self.drawing(model, gradients: gradients).svg)
    #expect(picture.nodes.count > 8)
    #expect(picture.labels.count == picture.nodes.count)
    picture.checkLegibility()
  }

  /// Unfolded, each operator that J depends on is drawn: but the mean, which belongs to the loss, and
  /// many penalties, which have one circle.
  @Test(arguments: models) func nothingIsMissing(model: TestModel) throws {
    let graph = try model.training()
    let needed = graph.graph.isNeeded(for: [graph.objective])
    let names = Set(try Self.drawing(model, unfolds: true).diagram.nodes.map(\.name))
    let penalties = graph.graph.nodes.count { $0.op is L2Penalty && needed[$0.index] }
    for node in graph.graph.nodes where needed[node.index] {
      let isMerged = node.op is WeightedMean || node.op is L2Penalty && penalties > 4
      #expect(names.contains("\(node.op.name) \(node.index)") == !isMerged, "\(node.op)")
    }
    for parameter in graph.graph.parameters {
      #expect(names.contains(graph.graph[parameter].name))
    }
  }

  /// Every value on the way from a weight to J has its gradient, and the data have none.
  @Test func gradientsStandBesideTheirValues() throws {
    let drawing = try Self.drawing(Self.chapter(bias: true), gradients: true)
    for node in drawing.diagram.nodes where node.form == .variable {
      #expect(node.twin == (["x", "y"].contains(node.label) ? nil : "∂J/∂\(node.label)"))
    }
    let back = drawing.diagram.arrows.filter(\.hasTwin).count
    // All but the arrows from x and y.
    #expect(back == drawing.diagram.arrows.count - 2)
  }

  /// Blocks that repeat are drawn once, however many there are.
  @Test func blocksFold() throws {
    let (small, large) = (
      try Self.drawing(Self.gpt(depth: 4)), try Self.drawing(Self.gpt(depth: 12))
    )
    #expect(small.diagram.nodes.count == large.diagram.nodes.count)
    #expect(large.diagram.frames.map(\.label) == ["× 12: block1.attention … block12.mlp"])
    let whole = try Self.drawing(Self.gpt(depth: 12), unfolds: true)
    #expect(whole.diagram.frames.isEmpty)
    let block = large.diagram.frames[0].nodes.count
    #expect(whole.diagram.nodes.count == large.diagram.nodes.count + 11 * block)
    #expect(try Self.drawing(Self.chapter(bias: true)).diagram.frames.isEmpty)
  }

  /// A node for each layer, with the data, the labels and L.
  @Test(arguments: models) func layersAreDrawn(model: TestModel) throws {
    let drawing = try Self.drawing(model, unfolds: true, layers: true)
    let names = drawing.diagram.nodes.filter { $0.form == .layer }.map(\.name)
    #expect(names == model.layerNames)
    #expect(Self.labels(drawing, .variable).count == 3)
    #expect(Self.labels(drawing, .variable).contains("L"))
    try DrawnPicture(drawing.svg).checkLegibility()
    let folded = try Self.drawing(Self.gpt(depth: 12), layers: true)
    #expect(folded.diagram.nodes.count { $0.form == .layer } == 5)
    // The head reads the table that the embedding owns.
    #expect(folded.text.contains("head(norm, embed, y)"))
    #expect(folded.text.contains("block1.mlp(block1.attention) : n x [5, 8]"))
  }

  /// Groups of different stages are different; a border says what crosses it.
  @Test func stagesAreColouredAndCut() throws {
    let layers = 2 + 2 * 12 + 1
    let stages = (0..<layers).map { $0 < 1 + 12 ? 0 : 1 }
    let drawing = try Self.drawing(Self.gpt(depth: 12), stages: stages)
    #expect(
      drawing.diagram.frames.map(\.label) == [
        "× 6: block1.attention … block6.mlp", "× 6: block7.attention … block12.mlp",
      ])
    #expect(Set(drawing.diagram.nodes.compactMap(\.tint)) == [0, 1])
    // 4 samples of 5 x 8 elements of 4 bytes each way; the tied table of 11 x 8 there and its share back.
    #expect(drawing.diagram.borders.map(\.words) == [["640 B →", "← 640 B", "↔ 704 B a step"]])
  }

  /// Graphviz reads what is written.
  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/dot")))
  func graphvizReadsIt() throws {
    for model in Self.models {
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/dot")
      process.arguments = ["-Tplain"]
      let (input, output) = (Pipe(), Pipe())
      (process.standardInput, process.standardOutput) = (input, output)
      try process.run()
      let drawing = try Self.drawing(model, gradients: true)
      try input.fileHandleForWriting.write(contentsOf: Data(drawing.dot.utf8))
      try input.fileHandleForWriting.close()
      let plain = String(
        decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      let nodes = plain.split(separator: "\n").count { $0.hasPrefix("node ") }
      let twins = drawing.diagram.nodes.count { $0.twin != nil }
      #expect(nodes == drawing.diagram.nodes.count + twins)
    }
  }

  @Test func aPageIsWellFormed() throws {
    let html = try Self.drawing(.skip, stages: [0, 0, 1, 1, 1, 2, 2, 2]).html
      .replacing("<!DOCTYPE html>", with: "").replacing("initial-scale=1\">", with: "x\"/>")
      .replacing("<meta charset=\"utf-8\">", with: "")
    let elements = try XMLElements.read(html)
    let tips = elements.filter { $0.name == "title" }.map(\.text)
    #expect(tips.contains { $0.contains("shape n x [12]") && $0.contains("read by") })
    #expect(tips.contains { $0.contains("FLOP") })
  }
}
