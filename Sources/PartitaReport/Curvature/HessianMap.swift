internal import PartitaCurvature

/// The numbers of a Hessian as colours: blue below 0, orange above.
///
/// Of large matrices a cell shows the number that is farthest from 0 among those that it stands for.
struct HessianMap {
  /// Its rows.
  let matrix: [[Double]]
  /// The parameters, in the order of the rows.
  let parts: [CurvatureCost.Part]

  private static let side = 520.0
  private static let left = 150.0
  private static let top = 34.0
  private static let most = 104
  private static let above = Colour(0xc26a00)
  private static let below = Colour(0x1f5fae)

  /// The picture.
  var picture: SVG {
    let title = "The Hessian, number by number"
    var svg = SVG(
      width: Self.left + Self.side + 170, height: Self.top + Self.side + 16, title: title)
    svg.text(title, x: 12, y: 20, .style("p-ink p-title"))
    let size = (matrix.count + Self.most - 1) / Self.most
    let cells = (matrix.count + size - 1) / size
    let edge = Self.side / Double(max(1, cells))
    let largest = matrix.joined().reduce(0) { max($0, abs($1)) }
    for row in 0..<cells {
      for column in 0..<cells {
        let number = farthest(row * size, column * size, size)
        guard number != 0, largest > 0 else { continue }
        svg.rectangle(
          x: Self.left + Double(column) * edge, y: Self.top + Double(row) * edge, width: edge,
          height: edge, .fill(colour(number / largest)),
          tip: size == 1 ? NumberText.digits(number) : nil)
      }
    }
    drawParts(into: &svg)
    drawLegend(largest, into: &svg)
    return svg
  }

  private func farthest(_ row: Int, _ column: Int, _ size: Int) -> Double {
    var found = 0.0
    for numbers in matrix[row..<min(row + size, matrix.count)] {
      for number in numbers[column..<min(column + size, numbers.count)]
      where abs(number) > abs(found) { found = number }
    }
    return found
  }

  /// The square root lets small numbers show.
  private func colour(_ share: Double) -> Colour {
    (share < 0 ? Self.below : Self.above).lighter(1 - abs(share).squareRoot())
  }

  /// Where parameters begin.
  private func drawParts(into svg: inout SVG) {
    var start = 0
    for part in parts {
      let place = Self.side * Double(start) / Double(max(1, matrix.count))
      let length = Self.side * Double(part.count) / Double(max(1, matrix.count))
      let (x, y) = (Self.left + place, Self.top + place)
      svg.line(Self.left - 6, y, Self.left + Self.side, y, .style("p-axis"))
      svg.line(x, Self.top, x, Self.top + Self.side, .style("p-axis"))
      if length >= 11 {
        svg.text(
          String(part.name.prefix(22)), x: Self.left - 10, y: y + length / 2 + 4,
          .style("p-soft p-small"), anchor: .end)
      }
      start += part.count
    }
    let (right, bottom) = (Self.left + Self.side, Self.top + Self.side)
    svg.line(Self.left - 6, bottom, right, bottom, .style("p-axis"))
    svg.line(right, Self.top, right, bottom, .style("p-axis"))
  }

  private func drawLegend(_ largest: Double, into svg: inout SVG) {
    let x = Self.left + Self.side + 24
    for step in 0...8 {
      let share = 1 - Double(step) / 4
      svg.rectangle(
        x: x, y: Self.top + Double(step) * 22, width: 18, height: 22,
        .fill(share == 0 ? Colour(0xffffff) : colour(share)))
      if step.isMultiple(of: 4) {
        svg.text(
          NumberText.digits(share * largest, 3), x: x + 26, y: Self.top + Double(step) * 22 + 15,
          .style("p-ink"))
      }
    }
  }
}
