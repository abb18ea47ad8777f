internal import PartitaKeys

extension RowsAndColumns: Encodable {
  /// Writes one number where both are the same, else both, as a configuration has them.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if rows == columns {
      try container.encode(rows)
    } else {
      try container.encode([rows, columns])
    }
  }
}

extension Margins: Encodable {
  /// Writes one number, two or four: as few as say it.
  public func encode(to encoder: any Encoder) throws {
    guard let sides else {
      var container = encoder.singleValueContainer()
      return try container.encode(all)
    }
    try sides.encode(to: encoder)
  }
}

extension ConfigForm<RowsAndColumns> {
  /// A whole number of at least `minimum` for rows and columns alike, or a list of one for each.
  static func rowsAndColumns(atLeast minimum: Int) -> Self {
    let number = ConfigForm<Int>.integer(atLeast: minimum)
    return ConfigForm(expected: "\(number.expected), or [rows, columns]") { node in
      if let both = number.read(node) { return RowsAndColumns(both) }
      guard let two = ConfigForm<[Int]>.list(of: number, atLeast: 2).read(node), two.count == 2
      else { return nil }
      return RowsAndColumns(rows: two[0], columns: two[1])
    }
  }
}

extension ConfigForm<Margins> {
  /// A whole number from 0 for all sides, or a list of two, above and left, or of four.
  static let margins = ConfigForm(
    expected: "a whole number from 0, [rows, columns] or [top, left, bottom, right]"
  ) { node in
    if let sides = ConfigForm<RowsAndColumns>.rowsAndColumns(atLeast: 0).read(node) {
      return Margins(sides)
    }
    let list = ConfigForm<[Int]>.list(of: .integer(atLeast: 0), atLeast: 4)
    guard let four = list.read(node), four.count == 4 else { return nil }
    return Margins(top: four[0], left: four[1], bottom: four[2], right: four[3])
  }
}
