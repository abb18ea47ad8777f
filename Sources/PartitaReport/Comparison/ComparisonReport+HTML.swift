extension ComparisonReport {
  /// The report as one HTML file: style and pictures inside, nothing loaded, no script.
  public var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Planners compared</title>
    <style>\(StyleSheet.page)\(StyleSheet.picture)\(StyleSheet.methods)</style>
    </head>
    <body>
    <main>
    \(beginning)\(subjects.map(section).joined())\(circumstances)</main>
    </body>
    </html>

    """
  }

  private var beginning: String {
    var text = "<p class=\"kicker\">Planners compared</p>\n"
    text += "<h1>\(Markup.escape(headline))</h1>\n"
    for remark in remarks { text += "<p class=\"lead\">\(Markup.escape(remark))</p>\n" }
    text += "<section>\n" + figure(ratioStrip)
    text += figure(secondsStrip)
    text += note(
      "A dot for each workload and number of devices, a bar at the median. For methods that draw "
        + "at random each dot is the median of their seeds.")
    return text + "</section>\n"
  }

  private func section(_ subject: Subject) -> String {
    var text = "<section>\n<h2>\(Markup.escape(subject.name))</h2>\n"
    text += note(description(subject))
    text += "<div class=\"pair\">\n" + figure(valuePlot(subject)) + figure(ratioPlot(subject))
    text += figure(secondsPlot(subject)) + "<div>\n" + valueTable(subject, withRatios: false).html
    text += notes(subject).map(note).joined()
    text += "<details><summary>Multiples of the best value, and seconds to plan</summary>\n"
    text += ratioTable(subject).html
    return text + secondsTable(subject).html + "</details>\n</div>\n</div>\n</section>\n"
  }

  private var circumstances: String {
    var facts = Table(["", ""], wordColumns: 2)
    for fact in request { facts.add([fact.name, fact.value]) }
    var text = "<section>\n<h2>Command</h2>\n<pre>\(Markup.escape(commandLine))</pre>\n"
    text += request.isEmpty ? "" : facts.html
    text += "</section>\n<section>\n<h2>Method</h2>\n<dl>\n"
    for fact in definitions {
      text += "<dt>\(Markup.escape(fact.name))</dt><dd>\(Markup.escape(fact.value))</dd>\n"
    }
    return text + "</dl>\n</section>\n"
  }

  private func figure(_ picture: SVG) -> String { "<figure>\(picture.inline)</figure>\n" }

  private func note(_ words: String) -> String { "<p class=\"note\">\(Markup.escape(words))</p>\n" }
}
