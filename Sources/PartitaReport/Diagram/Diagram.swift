/// Boxes and circles with arrows between them: what is laid out from left to right, and drawn.
///
/// Every arrow leads to a later node.
package struct Diagram: Hashable, Sendable {
  /// What a node looks like.
  package enum Form: String, Hashable, Sendable {
    /// A box: a value.
    case variable
    /// A circle, or a capsule where its label is long: an operator.
    case operation
    /// A box with round corners: a layer.
    case layer
  }

  /// A box or a circle, and below it perhaps its twin of the second colour: its gradient.
  package struct Node: Hashable, Sendable {
    /// What arrows and other programs call it: unique.
    package var name: String
    /// What stands in it.
    package var label: String
    /// What it looks like.
    package var form: Form
    /// What is told when a pointer rests on it.
    package var tip: String
    /// What stands in the twin; nil where there is none.
    package var twin: String?
    /// What is told of the twin.
    package var twinTip = ""
    /// The section that it stands in; nil for what stands wherever there is room.
    package var section: Int?
    /// The number of its tint; nil for none.
    package var tint: Int?
    /// Whether its frame is thick.
    package var isMarked = false

    /// A node without a twin.
    package init(name: String, label: String, form: Form, tip: String = "", section: Int? = nil) {
      self.name = name
      self.label = label
      self.form = form
      self.tip = tip
      self.section = section
    }
  }

  /// An arrow from one node to a later one.
  package struct Arrow: Hashable, Sendable {
    /// Its ends, by their places.
    package var from, to: Int
    /// Whether the way should be straight.
    package var isMain: Bool
    /// Whether the twins have an arrow back.
    package var hasTwin: Bool

    /// An arrow.
    package init(from: Int, to: Int, isMain: Bool = true, hasTwin: Bool = false) {
      self.from = from
      self.to = to
      self.isMain = isMain
      self.hasTwin = hasTwin
    }
  }

  /// A set of nodes that one line of words speaks of.
  package struct Group: Hashable, Sendable {
    /// The words.
    package var label: String
    /// The nodes.
    package var nodes: [Int]

    /// Words about nodes.
    package init(label: String, nodes: [Int]) {
      self.label = label
      self.nodes = nodes
    }
  }

  /// A line between two sections.
  package struct Border: Hashable, Sendable {
    /// The section on its right.
    package var before: Int
    /// What stands above it, a line each.
    package var words: [String]

    /// A line before a section.
    package init(before: Int, words: [String]) {
      self.before = before
      self.words = words
    }
  }

  /// What it shows.
  package var title: String
  /// The nodes, each behind those that it reads.
  package var nodes: [Node] = []
  /// The arrows.
  package var arrows: [Arrow] = []
  /// Nodes with a frame around them.
  package var frames: [Group] = []
  /// Nodes with a name below them.
  package var bands: [Group] = []
  /// Lines between sections.
  package var borders: [Border] = []
  /// What colours and frames mean, a line each.
  package var notes: [String] = []

  /// An empty diagram.
  package init(title: String) { self.title = title }
}
