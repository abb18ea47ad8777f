internal import PartitaFiles
internal import PartitaKeys

/// The records of a CSV file, one after the other, out of its mapped bytes.
///
/// RFC 4180: cells in quotes may hold separators, line breaks and doubled quotes. Records end at LF,
/// CRLF or CR; empty lines are none.
struct CSVRecords {
  /// A cell of the record that was read last.
  struct Cell {
    /// Its bytes in the file, without the quotes around it.
    fileprivate(set) var range: Range<Int>
    /// Whether it stood in quotes.
    fileprivate(set) var isQuoted = false
    /// The line on which it begins, from 1.
    let line: Int
  }

  /// The file.
  let path: String
  /// The last record.
  private(set) var cells: [Cell] = []
  private let file: ByteRegion
  private let separator: UInt8
  private var offset: Int
  private var line = 1

  /// Begins before the first record.
  /// - Throws: `DataError.file` for UTF-16.
  init(_ file: MappedFile, separator: UInt8) throws(DataError) {
    self.file = ByteRegion(file)
    self.separator = separator
    path = file.path
    // A byte order mark has three bytes.
    let head = file.withBytes { Array($0.prefix(3)) }
    do {
      offset = head.count - (try withoutByteOrderMark(head, path: file.path)).count
    } catch { throw .file(error) }
  }

  /// Reads the next record; false at the end.
  /// - Throws: `DataError.malformed` for quotes that are out of place.
  mutating func next() throws(DataError) -> Bool {
    while offset < file.count {
      cells.removeAll(keepingCapacity: true)
      while try readCell() {}
      if cells.count > 1 || cells[0].isQuoted || !cells[0].range.isEmpty { return true }
    }
    cells.removeAll(keepingCapacity: true)
    return false
  }

  /// The text of a cell.
  /// - Throws: `DataError.malformed` for bytes that are no UTF-8.
  func text(_ cell: Cell) throws(DataError) -> String {
    guard let text = file.withBytes({ String(validating: $0[cell.range], as: UTF8.self) }) else {
      throw malformed("it is not UTF-8 text; save it as UTF-8", line: cell.line)
    }
    return cell.isQuoted ? text.replacing("\"\"", with: "\"") : text
  }

  /// What a cell is where a number is wanted.
  func number(_ cell: Cell) -> TableCell {
    file.withBytes { TableCell(UnsafeRawBufferPointer(rebasing: $0[cell.range])) }
  }

  /// The error that a line has this problem.
  func malformed(_ problem: String, line: Int) -> DataError {
    .malformed(file: path, problem: "line \(line): \(problem)")
  }

  /// Reads a cell and what ends it; whether the record goes on.
  private mutating func readCell() throws(DataError) -> Bool {
    if offset < file.count, file[offset] == quote {
      try readQuotedCell()
    } else {
      let start = offset
      while offset < file.count, !isEnd(file[offset]) {
        guard file[offset] != quote else {
          throw malformed(
            "a quote stands inside a cell without quotes; put the cell in quotes, and the quote twice",
            line: line)
        }
        offset += 1
      }
      cells.append(Cell(range: start..<offset, line: line))
    }
    guard offset < file.count else { return false }
    let end = file[offset]
    guard isEnd(end) else {
      throw malformed(
        "after the quotes of a cell its separator or the line's end is missing", line: line)
    }
    offset += 1
    if end == separator { return true }
    if end == carriageReturn, offset < file.count, file[offset] == lineFeed { offset += 1 }
    line += 1
    return false
  }

  private mutating func readQuotedCell() throws(DataError) {
    let first = line
    offset += 1
    let start = offset
    while true {
      guard offset < file.count else {
        throw malformed("the quotes that begin here have no end", line: first)
      }
      switch file[offset] {
      case quote:
        guard offset + 1 < file.count, file[offset + 1] == quote else {
          cells.append(Cell(range: start..<offset, isQuoted: true, line: first))
          offset += 1
          return
        }
        offset += 1
      case lineFeed: line += 1
      case carriageReturn where offset + 1 == file.count || file[offset + 1] != lineFeed:
        line += 1
      default: break
      }
      offset += 1
    }
  }

  private func isEnd(_ byte: UInt8) -> Bool {
    byte == separator || byte == lineFeed || byte == carriageReturn
  }
}

private let quote = UInt8(ascii: "\"")
private let lineFeed = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")
