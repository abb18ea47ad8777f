internal import PartitaPlan
internal import PartitaWorkload

/// What the marks of a plot stand for.
struct MethodLegend {
  private let entries: [(method: PartitionMethod, name: String)]
  private let bound: String?

  init(_ entries: [(PartitionMethod, String)], bound: String? = nil) {
    self.entries = entries
    self.bound = bound
  }

  /// Draws it from line to line; returns where the plot may begin.
  func draw(into svg: inout SVG, width: Double) -> Double {
    var (left, line) = (12.0, 42.0)
    func advance(_ name: String) -> Double {
      let length = 44 + 6.6 * Double(name.count)
      if left + length > width, left > 12 { (left, line) = (12, line + 19) }
      defer { left += length }
      return left
    }
    for (method, name) in entries {
      let style = MethodStyle(method)
      let x = advance(name)
      svg.line(x, line - 4, x + 22, line - 4, .style("p-ml \(style.line)"))
      svg.mark(style.shape, x: x + 11, y: line - 4, radius: 4, .style(style.mark))
      svg.text(name, x: x + 28, y: line, .style("p-ink"))
    }
    if let bound {
      let x = advance(bound)
      svg.line(x, line - 4, x + 22, line - 4, .style("p-bound"))
      svg.text(bound, x: x + 28, y: line, .style("p-ink"))
    }
    return line + 18
  }
}
