extension ScalingReport {
  /// The report as Markdown, as GitHub shows it: words and tables, without pictures.
  public var markdown: String {
    var text = "# Scaling of \(Table.markdownCell(name))\n\n"
    text += ([headline] + remarks).map(Table.markdownCell).joined(separator: "\n\n") + "\n\n"
    func section(_ title: String, _ body: String?) {
      if let body { text += "## \(title)\n\n\(body)\n" }
    }
    section(
      scaling == .strong ? "Strong scaling" : "Weak scaling",
      resultTable.markdown + "\nThe seconds of every launch:\n\n" + launchTable.markdown)
    section("Where the time goes", lostTable.markdown)
    section("Bubble, as predicted", bubbleTable?.markdown)
    section("Simulated beyond this machine", simulatedTable?.markdown)
    section("Memory", memoryTable.map { $0.markdown + "\n" + rankMemoryTable.markdown })
    section("Predicted against measured", planTable.map { $0.markdown + "\n" + planWords + "\n" })
    section("Machine and configuration", machineTable.markdown)
    section("Command", "    \(commandLine.replacing("\n", with: " "))\n")
    section(
      "Method",
      definitions.map { "- **\($0.name)**: \(Table.markdownCell($0.value))\n" }.joined())
    while text.hasSuffix("\n\n") { text.removeLast() }
    return text + Table.markdownEnd
  }

  /// The errors of the plans' predictions in a sentence.
  var planWords: String {
    guard let errors = planErrors else { return "" }
    return "Over \(plans.count) \(plans.count == 1 ? "plan" : "plans") the error is "
      + "\(NumberText.percent(errors.median)) in the median and "
      + "\(NumberText.percent(errors.worst)) at worst."
      + (planFloor.map {
        " A plan that ran twice in the same launch differed from itself by \(NumberText.percent($0))."
      } ?? "")
      + planOrders.filter { $0.pairs > 0 }.map { order in
        " Of \(order.pairs) \(order.pairs == 1 ? "pair" : "pairs") measured more than "
          + "\(NumberText.percent(order.apart)) apart \(order.right) "
          + "\(order.right == 1 ? "is" : "are") predicted in the right order."
      }.joined()
  }
}
