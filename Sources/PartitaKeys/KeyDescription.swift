/// A key of a configuration as the documentation lists it: a row of a table.
///
/// It stands in the file of what it belongs to, beside the code that reads the key; the tables of
/// `Documentation/Configuration.md` are written from these.
public struct KeyDescription: Hashable, Sendable {
  /// The key, or several that differ in nothing else, as `beta1`, `beta2`.
  public let names: [String]
  /// What its value may be, as "whole number from 1".
  public let type: String
  /// What is taken where the key is absent; nil where it must be there.
  public let standard: String?
  /// What it means, in a few words.
  public let meaning: String

  /// Types, defaults and meanings are Markdown, as they shall stand in the table.
  public init(_ names: String..., type: String, standard: String?, meaning: String) {
    self.names = names
    self.type = type
    self.standard = standard
    self.meaning = meaning
  }

  /// A key that chooses one of the names of an enumeration, as `ConfigForm.choice()` reads it.
  public init<Choice: CaseIterable & RawRepresentable>(
    _ name: String, oneOf: Choice.Type, standard: String?, meaning: String
  ) where Choice.RawValue == String {
    self.init(
      name, type: Choice.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", "),
      standard: standard, meaning: meaning)
  }
}

extension [KeyDescription] {
  /// The names of all keys, in order.
  package var keyNames: [String] { flatMap(\.names) }
}
