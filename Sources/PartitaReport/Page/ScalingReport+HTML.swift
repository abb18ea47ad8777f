extension ScalingReport {
  /// The report as one HTML file: style and pictures inside, nothing loaded, no script.
  public var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Scaling of \(Markup.escape(name))</title>
    <style>\(StyleSheet.page)\(StyleSheet.picture)</style>
    </head>
    <body>
    <main>
    \(beginning)\(evidence)\(circumstances)</main>
    </body>
    </html>

    """
  }

  /// The result: what people look at first.
  private var beginning: String {
    var text = "<p class=\"kicker\">\(scaling == .strong ? "Strong" : "Weak") scaling</p>\n"
    text += "<h1>\(Markup.escape(headline))</h1>\n"
    for remark in remarks { text += "<p class=\"lead\">\(Markup.escape(remark))</p>\n" }
    text += "<div class=\"pair\">\n"
    text += figure(speedUpPlot.picture) + figure(efficiencyPlot.picture)
    text += "</div>\n" + resultTable.html
    text +=
      "<details><summary>The seconds of every launch</summary>\n"
    text += "\(launchTable.html)</details>\n"
    return text
  }

  /// What explains it.
  private var evidence: String {
    var text = section(
      "Where the time goes",
      figure(lostPlot.picture)
        + "<details><summary>In numbers</summary>\n\(lostTable.html)</details>\n")
    if let timeline {
      text += section(
        "One step on \(timeline.ranks) \(timeline.ranks == 1 ? "rank" : "ranks")",
        figure(timeline.picture)
          + note("Numbers are microbatches. Each row is a rank, and both are to the same scale.")
          + (bubbleTable.map { note("Bubble, as predicted:") + $0.html } ?? ""))
    } else if let bubbleTable {
      text += section("Bubble, as predicted", bubbleTable.html)
    }
    if let plots = simulatedPlots, let simulatedTable {
      text += section(
        "Simulated beyond this machine",
        "<div class=\"pair\">\n\(plots.map { figure($0.picture) }.joined())</div>\n"
          + note("Dashed: predicted for \(clusters), not measured.") + simulatedTable.html)
    }
    if let planTable {
      text += section("Predicted against measured", note(planWords) + planTable.html)
    }
    if let memoryTable {
      text += section(
        "Memory",
        memoryTable.html
          + "<details><summary>Every rank</summary>\n\(rankMemoryTable.html)</details>\n")
    }
    return text
  }

  /// What it takes to repeat and to understand it.
  private var circumstances: String {
    section(
      "Machine and command",
      machineTable.html + "<pre>\(Markup.escape(commandLine))</pre>\n")
      + section(
        "Method",
        "<dl>\n"
          + definitions.map {
            "<dt>\(Markup.escape($0.name))</dt><dd>\(Markup.escape($0.value))</dd>\n"
          }.joined() + "</dl>\n")
  }

  private var clusters: String {
    var names: [String] = []
    for point in simulated where !names.contains(point.cluster) { names.append(point.cluster) }
    return names.joined(separator: ", ")
  }

  private func section(_ title: String, _ body: String) -> String {
    "<section>\n<h2>\(Markup.escape(title))</h2>\n\(body)</section>\n"
  }

  private func figure(_ picture: SVG) -> String { "<figure>\(picture.inline)</figure>\n" }

  private func note(_ words: String) -> String { "<p class=\"note\">\(Markup.escape(words))</p>\n" }
}
