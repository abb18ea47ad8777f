internal import PartitaKeys

/// What a first look at a table finds: how many rows, which columns are numbers, which labels.
struct TableScan {
  let rows: Int
  /// For each column that is read, why its cells are names; nil where they are numbers.
  let reasons: [String?]
  let classes: TableClasses

  /// Reads all rows.
  /// - Parameters:
  ///   - rows: the table, before its first row.
  ///   - categorical: columns whose cells are names whatever they look like.
  /// - Throws: `DataError.malformed` for a broken file, and for too many different labels.
  init(_ rows: TableRows, categorical: [String]) throws(DataError) {
    var rows = rows
    var labels: Set<String> = []
    var reasons: [String?] = rows.layout.names.map {
      categorical.contains($0) ? "data.categorical lists it" : nil
    }
    while try rows.next() {
      for column in reasons.indices where reasons[column] == nil {
        if case .other = rows.number(column) {
          reasons[column] = "line \(rows.line) has \"\(try rows.cell(column).shortened())\" there"
        }
      }
      labels.insert(try rows.label())
      guard labels.count <= TableClasses.limit else {
        throw rows.malformed(
          "more than \(TableClasses.limit) different labels; they are classes, and none is foretold "
            + "as a number")
      }
    }
    self.rows = rows.count
    self.reasons = reasons
    classes = TableClasses(labels)
  }
}

extension TableEncoding {
  /// The most names of a column.
  static let categoryLimit = 4096

  /// The encoding by the rows to train on.
  /// - Parameters:
  ///   - rows: the table, before its first row.
  ///   - scan: what is known of it.
  ///   - isTrained: whether the row of this index is trained on.
  ///   - normalize: whether numbers get mean 0 and variance 1, by sums in Float64, row by row.
  /// - Throws: `DataError.malformed` for a cell that is missing, a column of too many names, and
  ///   numbers without a finite variance.
  init(
    _ rows: TableRows, _ scan: TableScan, isTrained: (Int) -> Bool, normalize: Bool
  ) throws(DataError) {
    let names = rows.layout.names
    var categories = [Set<String>](repeating: [], count: names.count)
    var means = [Double](repeating: 0, count: names.count)
    let count = try Self.visit(rows, scan, isTrained) { column, value in
      means[column] += value
    } names: { (column, name) throws(TableError) in
      categories[column].insert(name)
      guard categories[column].count > Self.categoryLimit, let reason = scan.reasons[column] else {
        return
      }
      throw TableError(
        column: names[column],
        problem:
          "more than \(Self.categoryLimit) different names, for \(reason); leave the column out by "
          + "data.columns, or mend it")
    }
    means = means.map { $0 / Double(count) }
    var variances = [Double](repeating: 0, count: names.count)
    if normalize, scan.reasons.contains(nil) {
      _ = try Self.visit(rows, scan, isTrained) { column, value in
        variances[column] += (value - means[column]) * (value - means[column])
      } names: { _, _ in
      }
      variances = variances.map { $0 / Double(count) }
    }
    var columns: [Column] = []
    for (column, name) in names.enumerated() {
      guard scan.reasons[column] == nil else {
        columns.append(Column(name, .categories(categories[column].sorted())))
        continue
      }
      guard normalize else {
        columns.append(Column(name, .number(mean: 0, deviation: 1)))
        continue
      }
      guard variances[column].isFinite else {
        let error = TableError(column: name, problem: "its numbers are too large for a variance")
        throw .malformed(file: rows.path, problem: "\(error)")
      }
      let deviation = variances[column].squareRoot()
      columns.append(
        Column(name, .number(mean: means[column], deviation: deviation > 0 ? deviation : 1)))
    }
    self.init(columns)
  }

  /// Calls a body with each number and each name of the rows to train on; the number of these rows.
  private static func visit(
    _ rows: TableRows, _ scan: TableScan, _ isTrained: (Int) -> Bool,
    numbers: (_ column: Int, _ value: Double) -> Void,
    names: (_ column: Int, _ name: String) throws(TableError) -> Void
  ) throws(DataError) -> Int {
    var rows = rows
    var count = 0
    while try rows.next() {
      guard isTrained(rows.count - 1) else { continue }
      count += 1
      for (column, reason) in scan.reasons.enumerated() {
        if reason == nil, case .number(let value) = rows.number(column) {
          numbers(column, value)
          continue
        }
        let cell = try rows.cell(column)
        do {
          if reason == nil {
            _ = try number(cell, column: rows.layout.names[column])
          } else {
            try names(column, cell)
          }
        } catch { throw rows.malformed(error) }
      }
    }
    return count
  }
}
