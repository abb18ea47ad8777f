/// How pages of comparisons end: the command that makes them again, what was asked beside it, and what the
/// numbers are.
struct PageEnding {
  let command: String
  let facts: [ReportFact]
  let definitions: [ReportFact]

  /// As HTML.
  var html: String {
    var table = Table(["", ""], wordColumns: 2)
    for fact in facts { table.add([fact.name, fact.value]) }
    return HTML.section("Command", HTML.typed(command) + (facts.isEmpty ? "" : table.html))
      + HTML.section("Method", HTML.definitions(definitions))
  }

  /// As GitHub shows Markdown.
  var markdown: String {
    var text = "\n## Command\n\n    \(command.replacing("\n", with: " "))\n"
    text += facts.map { "\n- **\($0.name)**: \(Table.markdownCell($0.value))" }.joined()
    text += facts.isEmpty ? "" : "\n"
    text += "\n## Method\n\n"
    text += definitions.map { "- **\($0.name)**: \(Table.markdownCell($0.value))\n" }.joined()
    return text + Table.markdownEnd
  }
}
