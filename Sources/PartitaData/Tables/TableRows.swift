internal import PartitaFiles
internal import PartitaKeys

/// Where the columns that are read stand in a file, by its header.
struct TableLayout: Sendable {
  /// The names of the columns that are read, in order.
  let names: [String]
  /// Where each of them stands.
  let places: [Int]
  /// Where the label stands, if it is read.
  let label: Int?
  /// Columns of the file.
  let count: Int

  /// Finds the columns in the header, which `records` stands in front of.
  /// - Parameters:
  ///   - records: the file; then it stands in front of the first row.
  ///   - columns: the columns to read; nil means all but the label.
  ///   - label: the label's column; nil reads none.
  /// - Throws: `DataError` for a header without them, and one whose names aren't there once each.
  init(
    _ records: inout CSVRecords, columns: [String]?, label: String?
  ) throws(DataError) {
    guard try records.next() else {
      throw records.malformed("the header is missing: the first line names the columns", line: 1)
    }
    let line = records.cells[0].line
    var header: [String] = []
    for cell in records.cells { header.append(try records.text(cell)) }
    var known: [String: Int] = [:]
    for (index, name) in header.enumerated() where known.updateValue(index, forKey: name) != nil {
      throw records.malformed("the header has \"\(name.shortened())\" twice", line: line)
    }
    func unknown(_ name: String) -> DataError {
      Self.unknownColumn(name, known: header, file: records.path)
    }
    if let label, known[label] == nil { throw unknown(label) }
    names = columns ?? header.filter { $0 != label }
    var places: [Int] = []
    for name in names {
      guard let place = known[name] else { throw unknown(name) }
      places.append(place)
    }
    if columns == nil, let place = known[""] {
      throw records.malformed(
        "column \(place + 1) has no name; name it, or list the columns to read as data.columns",
        line: line)
    }
    guard !names.isEmpty else {
      throw records.malformed("there is no column beside the label", line: line)
    }
    self.places = places
    self.label = label.flatMap { known[$0] }
    count = header.count
  }

  /// The error that a file has no such column, with the nearest that it has.
  static func unknownColumn(_ name: String, known: [String], file: String) -> DataError {
    let nearest = nearestName(to: name, in: known).map { "; did you mean \"\($0)\"?" } ?? "."
    return .malformed(
      file: file,
      problem: "there is no column \"\(name.shortened())\"\(nearest) Known here: \(known.listed())")
  }
}

/// The rows of a table, one after the other.
struct TableRows {
  let layout: TableLayout
  /// Rows read so far.
  private(set) var count = 0
  private var records: CSVRecords

  /// Begins before the first row; parameters as of ``TableLayout``.
  /// - Throws: `DataError` for a header that lacks one of the columns.
  init(
    _ file: MappedFile, separator: UInt8, columns: [String]?, label: String?
  ) throws(DataError) {
    var records = try CSVRecords(file, separator: separator)
    layout = try TableLayout(&records, columns: columns, label: label)
    self.records = records
  }

  /// The line on which the row begins.
  var line: Int { records.cells[0].line }

  /// Reads the next row; false at the end.
  /// - Throws: `DataError.malformed` for a row that has more or fewer cells than the header.
  mutating func next() throws(DataError) -> Bool {
    guard try records.next() else { return false }
    guard records.cells.count == layout.count else {
      throw malformed(
        "it has \(records.cells.count) \(records.cells.count == 1 ? "cell" : "cells"), and the "
          + "header \(layout.count)")
    }
    guard count < Int32.max else { throw malformed("more than \(Int32.max) rows aren't read") }
    count += 1
    return true
  }

  /// The cell of a column that is read.
  /// - Throws: `DataError.malformed` for bytes that are no UTF-8.
  func cell(_ column: Int) throws(DataError) -> String {
    try records.text(records.cells[layout.places[column]])
  }

  /// What the cell of a column is where a number is wanted.
  func number(_ column: Int) -> TableCell { records.number(records.cells[layout.places[column]]) }

  /// The label.
  /// - Throws: `DataError.malformed` for bytes that are no UTF-8, and for none.
  func label() throws(DataError) -> String {
    guard let place = layout.label else { preconditionFailure("no label is read") }
    let text = try records.text(records.cells[place])
    guard !text.isEmpty else { throw malformed("the label is missing") }
    return text
  }

  /// The file.
  var path: String { records.path }

  /// The error that the row has this problem.
  func malformed(_ problem: String) -> DataError { records.malformed(problem, line: line) }

  /// The error that a cell has this problem.
  func malformed(_ error: TableError) -> DataError { malformed("\(error)") }
}
