internal import PartitaFiles

/// A table for pages: a heading and rows of words; all columns but the first few are numbers.
struct Table: Hashable {
  let heading: [String]
  private(set) var rows: [[String]] = []
  /// So many columns at the left are words.
  let wordColumns: Int

  init(_ heading: [String], wordColumns: Int = 1) {
    self.heading = heading
    self.wordColumns = wordColumns
  }

  /// Adds a row; `nil` is a dash.
  mutating func add(_ cells: [String?]) {
    rows.append(cells.map { $0 ?? Self.dash })
  }

  /// The table without columns that hold nothing but dashes.
  var withoutEmptyColumns: Table {
    let kept = heading.indices.filter { place in rows.contains { $0[place] != Self.dash } }
    var table = Table(
      kept.map { heading[$0] }, wordColumns: kept.count { $0 < wordColumns })
    for row in rows { table.add(kept.map { row[$0] }) }
    return table
  }

  private static let dash = "–"

  /// As GitHub writes tables.
  var markdown: String {
    func line(_ cells: [String]) -> String {
      "| " + cells.map(Table.markdownCell).joined(separator: " | ") + " |\n"
    }
    let rule = heading.indices.map { $0 < wordColumns ? "---" : "---:" }
    return line(heading) + "| " + rule.joined(separator: " | ") + " |\n" + rows.map(line).joined()
  }

  /// As a terminal shows it: columns aligned, two blanks between them.
  var text: String {
    let widths = heading.indices.map { place in
      ([heading] + rows).reduce(0) { max($0, $1[place].count) }
    }
    func line(_ cells: [String]) -> String {
      var line = ""
      for (place, cell) in cells.enumerated() {
        let blanks = String(repeating: " ", count: widths[place] - cell.count)
        line += (place > 0 ? "  " : "") + (place < wordColumns ? cell + blanks : blanks + cell)
      }
      while line.hasSuffix(" ") { line.removeLast() }
      return line + "\n"
    }
    return line(heading) + rows.map(line).joined()
  }

  /// As HTML, in a box that scrolls.
  var html: String {
    func row(_ cells: [String], _ tag: String) -> String {
      "<tr>"
        + cells.enumerated().map { place, cell in
          let kind = place < wordColumns ? "" : " class=\"n\""
          return "<\(tag)\(kind)>\(Markup.escape(cell))</\(tag)>"
        }.joined() + "</tr>\n"
    }
    let head =
      heading.allSatisfy(\.isEmpty) ? "" : "<thead>\(row(heading, "th"))</thead>\n"
    return "<div class=\"wide\"><table>\n\(head)<tbody>\n"
      + rows.map { row($0, "td") }.joined() + "</tbody></table></div>\n"
  }

  /// The last line of a page in Markdown.
  static let markdownEnd = "\nWritten by \(PartitaVersion.words).\n"

  /// Text that Markdown takes as it is, on one line.
  static func markdownCell(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "|", "\\", "`", "*", "_", "<", ">", "[", "]": escaped += "\\\(character)"
      case "\n", "\r\n", "\r": escaped += " "
      default: escaped.append(character)
      }
    }
    return escaped
  }
}
