internal import PartitaPlan
internal import PartitaWorkload

extension NetworkReport {
  /// The report as one HTML file: style and pictures inside, nothing loaded, no script.
  public var html: String {
    var text = HTML.beginning(kicker: "Cuts of \(name)", headline: headline, remarks: remarks)
    text += "<section>\n" + HTML.figure(plot)
    text += HTML.note(
      "Lines: as predicted, each method under the schedule that suits it best."
        + (isMeasured ? " Rings: as measured, all plans of as many ranks in one launch." : ""))
    text += "</section>\n"
    for one in cases {
      text += HTML.section(
        title(one),
        HTML.figure(drawing(one)) + table(one).html + notes(one).map(HTML.note).joined())
    }
    return HTML.page(
      title: "Cuts of \(name)",
      styles: StyleSheet.methods + CutDrawing.styles,
      body: text + ending.html)
  }

  /// Seconds of a step over the number of ranks, with the bound.
  package var plot: SVG {
    var plot = MethodPlot(
      title: "\(name): time of a step", measure: .seconds,
      series: methods.compactMap { method in
        func points(_ value: (Row) -> Double?, spread: Bool = false) -> [MethodPlot.Point] {
          cases.flatMap { one in
            one.rows.filter { $0.method == method }.compactMap { row in
              value(row).map {
                MethodPlot.Point(
                  devices: one.ranks, value: $0, spread: spread ? row.spread : nil)
              }
            }
          }
        }
        let predicted = points(\.bestSeconds, spread: true)
        return predicted.isEmpty
          ? nil
          : MethodPlot.Series(
            method: method, name: method.rawValue, points: predicted,
            measured: points(\.measured))
      })
    plot.bound = cases.compactMap { one in
      one.lowerBound.map { MethodPlot.Point(devices: one.ranks, value: $0) }
    }
    plot.across = "ranks"
    plot.width = 760
    return plot.picture
  }

  /// The cuts of all methods on so many ranks.
  package func drawing(_ one: Case) -> SVG {
    CutDrawing(
      title: "\(name): who gets which layers of "
        + "\(NumberText.count(one.ranks)) \(one.ranks == 1 ? "rank" : "ranks")",
      layers: layers, connections: connections, crossing: crossing,
      rows: one.rows.compactMap { row in
        row.cut.map {
          (row.method.rawValue, MethodStyle(row.method).light.lighter(0.25), $0)
        }
      }
    ).picture
  }
}
