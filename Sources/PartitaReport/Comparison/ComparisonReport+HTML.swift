extension ComparisonReport {
  /// The report as one HTML file: style and pictures inside, nothing loaded, no script.
  public var html: String {
    HTML.page(
      title: "Planners compared", styles: StyleSheet.methods,
      body: beginning + subjects.map(section).joined() + ending.html)
  }

  private var beginning: String {
    var text = HTML.beginning(kicker: "Planners compared", headline: headline, remarks: remarks)
    text += "<section>\n" + HTML.figure(ratioStrip)
    text += HTML.figure(secondsStrip)
    text += HTML.note(
      "A dot for each workload and number of devices, a bar at the median. For methods that draw "
        + "at random each dot is the median of their seeds.")
    return text + "</section>\n"
  }

  private func section(_ subject: Subject) -> String {
    var text = HTML.note(description(subject))
    text +=
      "<div class=\"pair\">\n" + HTML.figure(valuePlot(subject)) + HTML.figure(ratioPlot(subject))
    text +=
      HTML.figure(secondsPlot(subject)) + "<div>\n" + valueTable(subject, withRatios: false).html
    text += notes(subject).map(HTML.note).joined()
    text += HTML.details(
      "Multiples of the best value, and seconds to plan",
      ratioTable(subject).html + secondsTable(subject).html)
    return HTML.section(subject.name, text + "</div>\n</div>\n")
  }
}
