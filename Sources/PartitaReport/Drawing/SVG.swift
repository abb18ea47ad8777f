/// A picture in Scalable Vector Graphics 1.1, written element by element.
///
/// Lengths are pixels, written with two decimals at most, so equal pictures are equal texts. Colours
/// of words, lines and grounds are classes of `StyleSheet.picture`, which knows light and dark.
public struct SVG: Hashable, Sendable {
  /// Its width.
  public let width: Double
  /// Its height.
  public let height: Double
  /// What it shows, for those who can't see it.
  public let title: String
  /// Rules beside those of `StyleSheet.picture`, for the picture as a file of its own.
  var styles = ""
  private var body = ""

  /// Begins an empty picture.
  package init(width: Double, height: Double, title: String) {
    self.width = width
    self.height = height
    self.title = title
  }

  /// The picture as a file of its own, its style included.
  public var document: String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      + element(
        style: "<style>\(StyleSheet.picture)\(styles)</style>\n<rect class=\"p-ground\" width=\""
          + "\(NumberText.short(width))\" height=\"\(NumberText.short(height))\"/>\n")
  }

  /// The picture as part of a page that has `StyleSheet.picture`.
  public var inline: String { element(style: "") }

  private func element(style: String) -> String {
    let (width, height) = (NumberText.short(width), NumberText.short(height))
    return """
      <svg xmlns="http://www.w3.org/2000/svg" class="p" role="img" width="\(width)" \
      height="\(height)" viewBox="0 0 \(width) \(height)">
      <title>\(Markup.escape(title))</title>
      \(style)\(body)</svg>

      """
  }

  /// A rectangle; `tip` shows when a pointer rests on it.
  package mutating func rectangle(
    x: Double, y: Double, width: Double, height: Double, _ look: Look, radius: Double = 0,
    tip: String? = nil
  ) {
    body += "<rect" + number("x", x) + number("y", y) + number("width", width)
    body += number("height", height) + (radius > 0 ? number("rx", radius) : "") + look.attribute
    body += tip.map { "><title>\(Markup.escape($0))</title></rect>\n" } ?? "/>\n"
  }

  /// A straight line.
  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ look: Look) {
    body += "<line" + number("x1", x1) + number("y1", y1) + number("x2", x2) + number("y2", y2)
    body += look.attribute + "/>\n"
  }

  /// Lines from point to point.
  mutating func polyline(_ points: [(x: Double, y: Double)], _ look: Look) {
    let words = points.map { "\(NumberText.short($0.x)),\(NumberText.short($0.y))" }
    body += "<polyline points=\"\(words.joined(separator: " "))\"\(look.attribute)/>\n"
  }

  /// A path in SVG's own commands.
  mutating func path(_ commands: String, _ look: Look) {
    body += "<path d=\"\(commands)\"\(look.attribute)/>\n"
  }

  /// A mark of a radius about a point.
  mutating func mark(
    _ shape: MarkShape, x: Double, y: Double, radius: Double, _ look: Look, tip: String? = nil
  ) {
    let end = tip.map { "><title>\(Markup.escape($0))</title>" }
    switch shape {
    case .circle:
      body += "<circle" + number("cx", x) + number("cy", y) + number("r", radius) + look.attribute
      body += end.map { $0 + "</circle>\n" } ?? "/>\n"
    case .diamond, .square, .triangle, .funnel, .cross, .plus:
      let corners = shape.corners.map { corner in
        "\(NumberText.short(x + radius * corner.x)),\(NumberText.short(y + radius * corner.y))"
      }
      body += "<polygon points=\"\(corners.joined(separator: " "))\"" + look.attribute
      body += end.map { $0 + "</polygon>\n" } ?? "/>\n"
    }
  }

  /// A line of words; `turned` runs upward.
  package mutating func text(
    _ words: String, x: Double, y: Double, _ look: Look, anchor: TextAnchor = .start,
    turned: Bool = false
  ) {
    let place = "\(NumberText.short(x)) \(NumberText.short(y))"
    body += turned ? "<text transform=\"translate(\(place)) rotate(-90)\"" : "<text"
    if !turned { body += number("x", x) + number("y", y) }
    if anchor != .start { body += " text-anchor=\"\(anchor.rawValue)\"" }
    body += "\(look.attribute)>\(Markup.escape(words))</text>\n"
  }

  private func number(_ name: String, _ value: Double) -> String {
    " \(name)=\"\(NumberText.short(value))\""
  }
}

/// How an element is painted.
package enum Look: Hashable {
  /// By classes of the style sheet.
  case style(String)
  /// With a colour of its own, in light and dark.
  case fill(Colour)
  /// So, and set off from its neighbours by a thin line of the ground.
  case box(Colour)

  fileprivate var attribute: String {
    switch self {
    case .style(let name): " class=\"\(name)\""
    case .fill(let colour): " fill=\"\(colour.code)\""
    case .box(let colour): " class=\"p-edge\" fill=\"\(colour.code)\""
    }
  }
}

/// Which end of a text its place is.
package enum TextAnchor: String { case start, middle, end }

/// The shape of a point in a plot.
package enum MarkShape {
  case circle, diamond, square, triangle, funnel, cross, plus

  /// The corners about the middle, for a radius of 1; a circle has none.
  fileprivate var corners: [(x: Double, y: Double)] {
    switch self {
    case .circle: []
    case .diamond: [(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)]
    case .square: [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    case .triangle: [(0, -1.3), (1.2, 0.9), (-1.2, 0.9)]
    case .funnel: [(0, 1.3), (1.2, -0.9), (-1.2, -0.9)]
    case .plus: Self.arms
    case .cross: Self.arms.map { (($0.x - $0.y) * 0.7071, ($0.x + $0.y) * 0.7071) }
    }
  }

  private static let arms: [(x: Double, y: Double)] = {
    let (long, thin) = (1.4, 0.4)
    return [
      (-thin, -long), (thin, -long), (thin, -thin), (long, -thin), (long, thin), (thin, thin),
      (thin, long), (-thin, long), (-thin, thin), (-long, thin), (-long, -thin), (-thin, -thin),
    ]
  }()
}

/// Text inside XML and HTML.
enum Markup {
  /// The text with references for what markup would read as its own; what XML 1.0 (section 2.2)
  /// doesn't allow becomes U+FFFD.
  static func escape(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      case "\t", "\n", "\r": escaped.unicodeScalars.append(scalar)
      case "\0"..<" ", "\u{FFFE}", "\u{FFFF}": escaped.unicodeScalars.append("\u{FFFD}")
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
