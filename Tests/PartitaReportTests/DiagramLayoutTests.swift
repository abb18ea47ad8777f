import PartitaGraph
import PartitaReport
import Testing

/// The layout of any graph, not of networks alone.
@Suite struct DiagramLayoutTests {
  /// A graph in which each node reads one to three of the twelve before it.
  private static func random(_ count: Int, seed: UInt64, twins: Bool = false) -> Diagram {
    var numbers = SplitMix64(seed: seed)
    var diagram = Diagram(title: "random")
    for index in 0..<count {
      var node = Diagram.Node(
        name: "\(index)", label: index.isMultiple(of: 7) ? "a long name \(index)" : "v\(index)",
        form: index.isMultiple(of: 2) ? .variable : .operation, section: 0)
      if twins { node.twin = "g\(index)" }
      diagram.nodes.append(node)
      guard index > 0 else { continue }
      let sources = (0...Int(numbers.next() % 3)).map { _ in
        index - 1 - Int(numbers.next() % UInt64(min(index, 12)))
      }
      for (place, from) in Set(sources).sorted().reversed().enumerated() {
        diagram.arrows.append(
          Diagram.Arrow(from: from, to: index, isMain: place == 0, hasTwin: twins))
      }
    }
    return diagram
  }

  /// A thousand nodes, and no arrow crosses a label.
  @Test(arguments: [(1000, false), (200, true)]) func isLegible(count: Int, twins: Bool) throws {
    let diagram = Self.random(count, seed: 3, twins: twins)
    let picture = try DrawnPicture(diagram.picture.document)
    #expect(picture.nodes.count == (twins ? 2 : 1) * count)
    #expect(picture.arrows.count == (twins ? 2 : 1) * diagram.arrows.count)
    picture.checkLegibility()
  }

  /// Equal diagrams make equal pictures.
  @Test func isTheSameAgain() {
    let pictures = (0..<2).map { _ in Self.random(300, seed: 5).picture }
    #expect(pictures[0] == pictures[1])
  }

  /// A tree and a ladder have no crossing; two values read in the opposite order have none either.
  @Test func noCrossingWhereNoneIsNeeded() {
    var tree = Diagram(title: "tree")
    for index in 0..<31 {
      tree.nodes.append(
        Diagram.Node(name: "\(index)", label: "\(index)", form: .variable, section: 0))
      // The children of a node lie apart, so that the given order crosses.
      if index > 0 { tree.arrows.append(Diagram.Arrow(from: (index * 7 % index) / 2, to: index)) }
    }
    #expect(DiagramLayout(tree).crossings == 0)
    var twisted = Diagram(title: "twisted")
    for index in 0..<6 {
      twisted.nodes.append(
        Diagram.Node(name: "\(index)", label: "\(index)", form: .variable, section: 0))
    }
    for (from, to) in [(0, 3), (1, 2), (2, 5), (3, 4)] {
      twisted.arrows.append(Diagram.Arrow(from: from, to: to))
    }
    #expect(DiagramLayout(twisted).crossings == 0)
  }

  /// A section starts right of all of the section before it, with a column between for the border.
  @Test func sectionsStandApart() {
    var diagram = Diagram(title: "sections")
    for (index, section) in [0, 0, 0, 1, 1].enumerated() {
      diagram.nodes.append(
        Diagram.Node(name: "\(index)", label: "\(index)", form: .variable, section: section))
    }
    for (from, to) in [(0, 1), (1, 2), (0, 4), (3, 4)] {
      diagram.arrows.append(Diagram.Arrow(from: from, to: to))
    }
    diagram.borders = [Diagram.Border(before: 1, words: ["12 B"])]
    let places = DiagramLayout(diagram).nodes
    let left = places[0...2].map { $0.x + $0.width / 2 }.max() ?? 0
    let right = places[3...4].map { $0.x - $0.width / 2 }.min() ?? 0
    #expect(left + 20 < right)
  }
}
