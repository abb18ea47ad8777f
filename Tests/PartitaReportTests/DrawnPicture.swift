import PartitaReport
import Testing

/// What stands where in a diagram's picture, read from its text.
struct DrawnPicture {
  /// A box or a circle's box.
  struct Box {
    let left, top, right, bottom: Double

    func overlaps(_ other: Box) -> Bool {
      left < other.right && other.left < right && top < other.bottom && other.top < bottom
    }

    /// Whether a point lies inside by more than a margin.
    func holds(_ point: (x: Double, y: Double), by margin: Double) -> Bool {
      point.x > left + margin && point.x < right - margin && point.y > top + margin
        && point.y < bottom - margin
    }

    /// How far a point lies from the border.
    func distance(_ point: (x: Double, y: Double)) -> Double {
      let outside = max(left - point.x, point.x - right, top - point.y, point.y - bottom)
      let inside = min(
        point.x - left, right - point.x, point.y - top, bottom - point.y)
      return outside > 0 ? outside : max(0, inside)
    }
  }

  /// Boxes and circles, twins among them.
  private(set) var nodes: [Box] = []
  /// The labels, in the order of the nodes.
  private(set) var labels: [String] = []
  /// Points on each arrow, from its start to its head.
  private(set) var arrows: [[(x: Double, y: Double)]] = []
  /// Names of layers.
  private(set) var bands: [Box] = []
  /// The size.
  private(set) var width = 0.0, height = 0.0

  /// Reads a picture.
  init(_ svg: String) throws {
    for element in try XMLElements.read(svg) {
      let classes = (element.attributes["class"] ?? "").split(separator: " ").map(String.init)
      switch element.name {
      case "svg": (width, height) = (element.number("width"), element.number("height"))
      case "rect" where classes.contains { ["g-variable", "g-operation", "g-twin"].contains($0) }:
        let (x, y) = (element.number("x"), element.number("y"))
        nodes.append(
          Box(
            left: x, top: y, right: x + element.number("width"),
            bottom: y + element.number("height")))
      case "text" where classes.contains("g-label"): labels.append(element.text)
      case "text" where classes == ["p-soft", "p-small"]:
        // An upper bound of a letter of 10.5 pixels, in the mean of a name.
        let half = 2.7 * Double(element.text.count)
        let (x, y) = (element.number("x"), element.number("y"))
        bands.append(Box(left: x - half, top: y - 10, right: x + half, bottom: y + 3))
      case "path" where classes.contains("g-arrow"):
        arrows.append(try Self.points(element.attributes["d"] ?? ""))
      default: break
      }
    }
  }

  /// Points on a path of lines and cubic curves.
  private static func points(_ commands: String) throws -> [(x: Double, y: Double)] {
    var numbers: [Double] = []
    var points: [(x: Double, y: Double)] = []
    var kind: Character = "M"
    func finish() throws {
      guard !numbers.isEmpty else { return }
      switch kind {
      case "M", "L": points.append((numbers[0], numbers[1]))
      case "C":
        let start = try #require(points.last)
        for step in 1...10 {
          let t = Double(step) / 10
          let u = 1 - t
          let weights = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t]
          points.append(
            (
              weights[0] * start.x + weights[1] * numbers[0] + weights[2] * numbers[2]
                + weights[3] * numbers[4],
              weights[0] * start.y + weights[1] * numbers[1] + weights[2] * numbers[3]
                + weights[3] * numbers[5]
            ))
        }
      default: Issue.record("a path has the command \(kind)")
      }
      numbers = []
    }
    for word in commands.split(separator: " ") {
      var word = word
      if let first = word.first, first.isLetter {
        try finish()
        kind = first
        word = word.dropFirst()
      }
      numbers.append(try #require(Double(word)))
    }
    try finish()
    return points
  }

  /// Expects what every picture keeps: nothing lies on a label, arrows go from border to border.
  func checkLegibility() {
    for (index, node) in nodes.enumerated() {
      for other in nodes[(index + 1)...] where node.overlaps(other) {
        Issue.record("\(labels[index]) lies on another node")
      }
      #expect(node.left >= 0 && node.right <= width && node.top >= 0 && node.bottom <= height)
    }
    for (index, band) in bands.enumerated() {
      #expect(!bands[(index + 1)...].contains { $0.overlaps(band) }, "names of layers overlap")
      #expect(!nodes.contains { $0.overlaps(band) }, "a name lies on a node")
    }
    for arrow in arrows {
      for node in nodes where arrow.contains(where: { node.holds($0, by: 5) }) {
        Issue.record("an arrow crosses the node at \(node.left), \(node.top)")
      }
      guard let start = arrow.first, let end = arrow.last else {
        Issue.record("an arrow has no way")
        continue
      }
      // Circles round off their boxes' corners; between a line and a border stands a head of 7 pixels.
      #expect(nodes.contains { $0.distance(start) < 4 }, "an arrow starts at no border")
      #expect(nodes.contains { $0.distance(end) < 11 }, "an arrow ends at no border")
    }
  }
}
