extension ScalingReport {
  /// The report as one HTML file: style and pictures inside, nothing loaded, no script.
  public var html: String {
    HTML.page(
      title: "Scaling of \(name)", styles: network == nil ? "" : CutDrawing.styles,
      body: beginning + evidence + circumstances)
  }

  /// The result: what people look at first.
  private var beginning: String {
    var text = HTML.beginning(
      kicker: scaling == .strong ? "Strong scaling" : "Weak scaling", headline: headline,
      remarks: remarks)
    text += "<div class=\"pair\">\n"
    text += HTML.figure(speedUpPlot.picture) + HTML.figure(efficiencyPlot.picture)
    text += "</div>\n" + resultTable.html
    return text + HTML.details("The seconds of every launch", launchTable.html)
  }

  /// What explains it.
  private var evidence: String {
    var text = ""
    if let cutPicture {
      text += HTML.section(
        "The cut",
        HTML.figure(cutPicture)
          + HTML.note(
            "Above the layers, darker where they take longer, as computed; below the stages of each number "
              + "of ranks: their layers, x ranks where there are several, and bytes of a microbatch at each "
              + "border."))
    }
    text += HTML.section(
      "Where the time goes",
      HTML.figure(lostPlot.picture)
        + HTML.details("In numbers", lostTable.html))
    if let timeline {
      text += HTML.section(
        "One step on \(timeline.ranks) \(timeline.ranks == 1 ? "rank" : "ranks")",
        HTML.figure(timeline.picture)
          + HTML.note(
            "Numbers are microbatches. Each row is a rank, and both are to the same scale. "
              + timelineWords)
          + (bubbleTable.map { HTML.note("Bubble, as predicted:") + $0.html } ?? ""))
    } else if let bubbleTable {
      text += HTML.section("Bubble, as predicted", bubbleTable.html)
    }
    if let plots = simulatedPlots, let simulatedTable {
      text += HTML.section(
        "Simulated beyond this machine",
        "<div class=\"pair\">\n\(plots.map { HTML.figure($0.picture) }.joined())</div>\n"
          + HTML.note("Dashed: predicted for \(clusters), not measured.") + simulatedTable.html)
    }
    if let planTable {
      text += HTML.section("Predicted against measured", HTML.note(planWords) + planTable.html)
    }
    if let memoryTable {
      text += HTML.section(
        "Memory",
        memoryTable.html
          + HTML.details("Every rank", rankMemoryTable.html))
    }
    return text
  }

  /// What it takes to repeat and to understand it.
  private var circumstances: String {
    HTML.section("Machine and command", machineTable.html + HTML.typed(commandLine))
      + HTML.section("Method", HTML.definitions(definitions))
  }

  private var clusters: String {
    var names: [String] = []
    for point in simulated where !names.contains(point.cluster) { names.append(point.cluster) }
    return names.joined(separator: ", ")
  }
}
