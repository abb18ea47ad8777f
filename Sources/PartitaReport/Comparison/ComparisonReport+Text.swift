extension ComparisonReport {
  /// The tables as a terminal shows them.
  public var text: String {
    subjects.map { subject in
      "\(title(subject))\n\(valueTable(subject, withRatios: true).text)"
        + notes(subject).map { "  \($0)\n" }.joined()
    }.joined(separator: "\n")
  }

  /// The report as Markdown, as GitHub shows it: words and tables, without pictures.
  public var markdown: String {
    var text = "# Planners compared\n\n"
    text += ([headline + "."] + remarks).map(Table.markdownCell).joined(separator: "\n\n") + "\n"
    for subject in subjects {
      text += "\n## \(Table.markdownCell(subject.name))\n\n"
      text +=
        Table.markdownCell(description(subject))
        + " In brackets: the multiple of the best value.\n\n"
        + valueTable(subject, withRatios: true).markdown
      let notes = notes(subject)
      if !notes.isEmpty {
        text += "\n" + notes.map { "- \(Table.markdownCell($0))\n" }.joined()
      }
      text += "\nSeconds to plan:\n\n" + secondsTable(subject).markdown
    }
    return text + ending.markdown
  }

  /// What a workload is.
  func description(_ subject: Subject) -> String {
    "\(Self.count(subject.nodes, "node")), \(Self.count(subject.edges, "edge")), cost model "
      + "\(subject.family): \(subject.unit.rawValue)."
  }

  private func title(_ subject: Subject) -> String {
    "\(subject.name), \(Self.count(subject.nodes, "node")): \(subject.unit.title)"
  }
}
