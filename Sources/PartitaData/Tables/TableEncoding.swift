public import PartitaFiles
internal import PartitaKeys

/// How a row of a table becomes the values that a network reads: each column as one number, or as a
/// one among zeros.
///
/// It is made of the samples to train on and kept with the weights, as JSON; a prediction encodes new
/// rows by it.
public struct TableEncoding: Hashable, Sendable {
  /// A column that is read.
  public struct Column: Hashable, Sendable {
    /// What a column's cells are.
    public enum Kind: Hashable, Sendable {
      /// A number, of which the mean is taken before it is divided by the deviation.
      case number(mean: Double, deviation: Double)
      /// One of these names; each has a value of its own, in this order.
      case categories([String])
    }

    /// What the header calls it.
    public let name: String
    /// What its cells are.
    public let kind: Kind

    /// A column of this name and kind.
    public init(_ name: String, _ kind: Kind) {
      self.name = name
      self.kind = kind
    }

    /// The values that a cell becomes.
    public var width: Int {
      switch kind {
      case .number: 1
      case .categories(let names): names.count
      }
    }

    /// What a number becomes; nil where that is no finite Float, and in a column of names.
    func value(of number: Double) -> Float? {
      guard case .number(let mean, let deviation) = kind else { return nil }
      let value = Float((number - mean) / deviation)
      return value.isFinite ? value : nil
    }
  }

  /// The columns, in the order of their values.
  public let columns: [Column]
  /// For each column the number of each of its names; empty for numbers.
  private let numbers: [[String: Int]]

  /// An encoding by these columns.
  public init(_ columns: [Column]) {
    self.columns = columns
    numbers = columns.map { column in
      guard case .categories(let names) = column.kind else { return [:] }
      return Dictionary(zip(names, 0...)) { first, _ in first }
    }
  }

  /// The values of a row.
  public var width: Int { columns.reduce(0) { $0 + $1.width } }

  /// The values of a row, given as cells by the names of their columns; other columns don't matter.
  /// - Throws: `TableError` for a column that the row lacks, and a cell that doesn't fit its column.
  public func encode(row: [String: String]) throws(TableError) -> [Float] {
    var values = [Float](repeating: 0, count: width)
    var span = values.mutableSpan
    var start = 0
    for (index, column) in columns.enumerated() {
      guard let cell = row[column.name] else {
        throw TableError(column: column.name, problem: "the row has no such column")
      }
      try encode(cell, column: index, into: &span, at: start)
      start += column.width
    }
    return values
  }

  /// Writes the values of a cell of the column of this index; zeros must stand from `start` on.
  /// - Throws: `TableError` for a cell that doesn't fit the column.
  func encode(
    _ cell: String, column index: Int, into values: inout MutableSpan<Float>, at start: Int
  ) throws(TableError) {
    let column = columns[index]
    func error(_ problem: String) -> TableError {
      TableError(column: column.name, problem: problem)
    }
    switch column.kind {
    case .number:
      guard let value = column.value(of: try number(cell, column: column.name)) else {
        throw error("\(cell.shortened()) is too large")
      }
      values[start] = value
    case .categories(let names):
      guard let number = numbers[index][cell] else {
        throw error(
          "the samples to train on have no \"\(cell.shortened())\"; they have: \(names.listed())")
      }
      values[start + number] = 1
    }
  }
}

/// The number that a cell of this column holds.
/// - Throws: `TableError` for a cell without one.
func number(_ cell: String, column: String) throws(TableError) -> Double {
  switch TableCell(cell) {
  case .number(let value): return value
  case .missing:
    throw TableError(
      column: column,
      problem: "a value is missing (\"\(cell)\"); fill it in, or leave the row or the column out")
  case .other:
    throw TableError(column: column, problem: "\"\(cell.shortened())\" is no number")
  }
}

/// Why a cell can't be encoded.
public struct TableError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The column.
  public let column: String
  /// What is wrong, and what would fit.
  public let problem: String

  public var description: String { "column \"\(column.shortened())\": \(problem)" }
}

extension TableEncoding {
  /// The encoding as JSON that reads back as an equal one: a list with an object for each column.
  public var json: JSON {
    .array(
      columns.map { column in
        switch column.kind {
        case .number(let mean, let deviation):
          [
            "name": .string(column.name), "kind": "number", "mean": .number(mean),
            "deviation": .number(deviation),
          ]
        case .categories(let names):
          [
            "name": .string(column.name), "kind": "categories",
            "categories": .array(names.map { .string($0) }),
          ]
        }
      })
  }

  /// Reads what ``json`` writes.
  /// - Throws: `FileError.malformed` for other text; `source` is what it calls it.
  public init(json text: String, source: String) throws(FileError) {
    do {
      self.init(try JSON.value([Column].self, from: text.utf8))
    } catch {
      throw .malformed(path: source, problem: decodingWords(error, in: text.utf8))
    }
  }
}

extension TableEncoding.Column: Decodable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case name
    case kind
    case mean
    case deviation
    case categories
  }

  /// Reads a column's object.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    switch try container.decode(String.self, forKey: .kind) {
    case "number":
      let mean = try container.decode(Double.self, forKey: .mean)
      let deviation = try container.decode(Double.self, forKey: .deviation)
      guard mean.isFinite, deviation.isFinite, deviation > 0 else {
        throw container.refusal(.deviation, "a deviation is a finite number above 0")
      }
      kind = .number(mean: mean, deviation: deviation)
    case "categories":
      let names = try container.decode([String].self, forKey: .categories)
      guard !names.isEmpty, Set(names).count == names.count else {
        throw container.refusal(.categories, "names are a list of one or more, each once")
      }
      kind = .categories(names)
    case let other:
      throw container.refusal(
        .kind, "found \"\(other.shortened())\", expected \"number\" or \"categories\"")
    }
  }
}
