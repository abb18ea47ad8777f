import PartitaKeys

/// Tables of keys as `Documentation/Configuration.md` shows them.
enum KeyTable {
  /// The keys of a section.
  static func of(_ keys: [KeyDescription]) -> String {
    of(["key", "type", "default", "meaning"], keys.map { cells($0) })
  }

  /// The keys that several sections have, each named in the first column.
  static func of(sections: [(name: String, keys: [KeyDescription])]) -> String {
    of(
      ["section", "key", "type", "default", "meaning"],
      sections.flatMap { section in section.keys.map { [section.name] + cells($0) } })
  }

  /// Choices by the values of `key`, each in a line of its own, and below it the keys that it has.
  static func of(_ key: String, _ choices: [Choice]) -> String {
    of(
      [key, "key", "type", "default", "meaning"],
      choices.flatMap { choice in
        [["`\(choice.name)`", "", "", "", choice.summary]]
          + choice.keys.map { [""] + cells($0) }
      })
  }

  /// What the table needs of a choice.
  struct Choice {
    let name: String
    let summary: String
    let keys: [KeyDescription]

    init(_ name: String, _ summary: String, _ keys: [KeyDescription]) {
      (self.name, self.summary, self.keys) = (name, summary, keys)
    }

    init(_ type: any ConfigChoice.Type) { self.init(type.name, type.summary, type.keys) }
  }

  private static func cells(_ key: KeyDescription) -> [String] {
    [
      key.names.map { "`\($0)`" }.joined(separator: ", "), key.type, key.standard ?? "required",
      key.meaning,
    ]
  }

  /// A table of these cells.
  static func of(_ heads: [String], _ rows: [[String]]) -> String {
    ([heads, heads.map { _ in "---" }] + rows)
      .map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
      .replacing("|  |", with: "| |").replacing("|  |", with: "| |")
  }
}
