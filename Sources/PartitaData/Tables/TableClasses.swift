internal import PartitaKeys

/// The classes of a table: its different labels, sorted, by number where all are whole numbers.
struct TableClasses {
  /// The most classes.
  static let limit = 65_536

  /// The labels in order of their class numbers.
  let names: [String]
  private let numbers: [String: Int32]

  /// Numbers the labels.
  init(_ labels: Set<String>) {
    let whole = labels.compactMap { label in Int(label).map { (number: $0, label: label) } }
    names =
      whole.count == labels.count
      ? whole.sorted { ($0.number, $0.label) < ($1.number, $1.label) }.map(\.label)
      : labels.sorted()
    numbers = Dictionary(uniqueKeysWithValues: zip(names, Int32(0)...))
  }

  /// The class number of the row's label.
  /// - Throws: `DataError.malformed` for a label that isn't among the classes.
  func number(of row: TableRows) throws(DataError) -> Int32 {
    let label = try row.label()
    guard let number = numbers[label] else {
      throw row.malformed(
        "the samples to train on have no label \"\(label.shortened())\"; they have: "
          + names.listed())
    }
    return number
  }
}
