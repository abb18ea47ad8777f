/// The lines of arrows, as SVG's path commands.
struct DiagramArrows {
  /// A line, and its head.
  struct Stroke {
    /// The commands of the line and of the head, a triangle.
    var line, head: String
    /// Points on the line, close to each other.
    var points: [(x: Double, y: Double)]
  }

  private let layout: DiagramLayout
  private let diagram: Diagram
  private let top: Double
  /// For each arrow how far above or below the middle it arrives.
  private let ports: [Double]

  /// How long a head is.
  private static let headLength = 7.0

  /// Finds where arrows arrive: apart from each other, in the order in which they come.
  ///
  /// - Parameters:
  ///   - diagram: what is drawn.
  ///   - layout: where it stands.
  ///   - top: how far the layout's upper edge lies below the picture's.
  init(_ diagram: Diagram, _ layout: DiagramLayout, top: Double = 0) {
    self.diagram = diagram
    self.top = top
    self.layout = layout
    var ports = Array(repeating: 0.0, count: diagram.arrows.count)
    var arriving: [Int: [Int]] = [:]
    for (index, arrow) in diagram.arrows.enumerated() {
      arriving[arrow.to, default: []].append(index)
    }
    for (node, arrows) in arriving where arrows.count > 1 {
      func rise(_ arrow: Int) -> Double {
        let way = layout.ways[arrow]
        return way[way.count - 2].y - layout.nodes[node].y
      }
      let sorted = arrows.sorted { (rise($0), $0) < (rise($1), $1) }
      let least = min(7, 20 / Double(arrows.count - 1))
      var next = -10.0
      for (index, arrow) in sorted.enumerated() {
        let room = 10 - least * Double(sorted.count - 1 - index)
        ports[arrow] = min(room, max(next, min(10, max(-10, 0.5 * rise(arrow)))))
        next = ports[arrow] + least
      }
    }
    self.ports = ports
  }

  /// An arrow from a node to its reader.
  func forward(_ index: Int) -> Stroke {
    stroke(stops(index, drop: 0))
  }

  /// The arrow of the twins, back.
  func backward(_ index: Int) -> Stroke {
    stroke(stops(index, drop: DiagramLayout.twinDrop).reversed())
  }

  /// Where a line is level: from border to border, in pairs.
  private func stops(_ index: Int, drop: Double) -> [(x: Double, y: Double)] {
    let (arrow, way) = (diagram.arrows[index], layout.ways[index])
    let (from, to) = (layout.nodes[arrow.from], layout.nodes[arrow.to])
    let port = ports[index]
    var points: [(x: Double, y: Double)] = []
    for (place, stop) in way.enumerated() {
      let isFirst = place == 0
      let isLast = place == way.count - 1
      let middle = top + stop.y + drop + (isLast ? port : 0)
      func y(_ x: Double) -> Double { middle - layout.slope * (x - stop.x) }
      let start = isFirst ? from.x + from.width / 2 : stop.x - stop.level / 2
      let end = isLast ? to.x - indent(arrow.to, port) : stop.x + stop.level / 2
      points.append((start, y(start)))
      points.append((end, y(end)))
    }
    return points
  }

  /// How far left of its middle a node's border is at a height.
  private func indent(_ node: Int, _ port: Double) -> Double {
    let place = layout.nodes[node]
    guard diagram.nodes[node].form == .operation else { return place.width / 2 }
    let radius = place.height / 2
    return place.width / 2 - radius + (radius * radius - port * port).squareRoot()
  }

  /// A line through level pieces with curves between them.
  private func stroke(_ stops: [(x: Double, y: Double)]) -> Stroke {
    guard let first = stops.first, let tip = stops.last, stops.count >= 2 else {
      return Stroke(line: "", head: "", points: [])
    }
    let sign: Double = tip.x >= first.x ? 1 : -1
    let before = stops[stops.count - 2]
    let slope = layout.slope
    // The head wants a straight end; where the last piece is too short, the curve ends earlier.
    var way = stops
    let end = tip.x - sign * (Self.headLength - 1)
    way[way.count - 1] = (end, tip.y - slope * (end - tip.x))
    if (end - before.x) * sign < 0 { way[way.count - 2] = way[way.count - 1] }
    var line = "M\(Self.words(way[0]))"
    var points = [way[0]]
    for index in 1..<way.count {
      let (a, b) = (way[index - 1], way[index])
      guard index.isMultiple(of: 2) else {
        line += " L\(Self.words(b))"
        points.append(b)
        continue
      }
      let middle = (a.x + b.x) / 2
      let first = (x: middle, y: a.y - slope * (middle - a.x))
      let second = (x: middle, y: b.y - slope * (middle - b.x))
      line += " C\(Self.words(first)) \(Self.words(second)) \(Self.words(b))"
      for step in 1...8 {
        let t = Double(step) / 8
        let u = 1 - t
        let (p, q, r, s) = (u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t)
        points.append(
          (
            p * a.x + q * first.x + r * second.x + s * b.x,
            p * a.y + q * first.y + r * second.y + s * b.y
          ))
      }
    }
    let back = (x: tip.x - sign * Self.headLength, y: tip.y + sign * slope * Self.headLength)
    let head =
      "M\(Self.words(tip)) L\(Self.words((back.x, back.y - 3.4))) L\(Self.words((back.x, back.y + 3.4)))Z"
    return Stroke(line: line, head: head, points: points)
  }

  private static func words(_ point: (x: Double, y: Double)) -> String {
    "\(NumberText.short(point.x)) \(NumberText.short(point.y))"
  }
}
