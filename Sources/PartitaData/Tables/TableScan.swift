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
        let cell = try rows.cell(column)
        if case .other = TableCell(cell) {
          reasons[column] = "line \(rows.line) has \"\(cell.shortened())\" there"
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
    let means = try Self.means(rows, scan, isTrained: isTrained) { $1 }
    var pass = rows
    while try pass.next() {
      guard isTrained(pass.count - 1) else { continue }
      for (column, reason) in scan.reasons.enumerated() {
        guard let reason else { continue }
        categories[column].insert(try pass.cell(column))
        guard categories[column].count <= Self.categoryLimit else {
          throw pass.malformed(
            TableError(
              column: names[column],
              problem: "more than \(Self.categoryLimit) different names, for \(reason); leave the "
                + "column out by data.columns, or mend it"))
        }
      }
    }
    let variances =
      normalize
      ? try Self.means(rows, scan, isTrained: isTrained) { ($1 - means[$0]) * ($1 - means[$0]) }
      : []
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

  /// For each column of numbers the mean of a term over the rows to train on; 0 for others.
  private static func means(
    _ rows: TableRows, _ scan: TableScan, isTrained: (Int) -> Bool,
    of term: (_ column: Int, _ value: Double) -> Double
  ) throws(DataError) -> [Double] {
    var rows = rows
    var sums = [Double](repeating: 0, count: scan.reasons.count)
    var count = 0
    while try rows.next() {
      guard isTrained(rows.count - 1) else { continue }
      count += 1
      for column in sums.indices where scan.reasons[column] == nil {
        let cell = try rows.cell(column)
        do {
          sums[column] += term(column, try number(cell, column: rows.layout.names[column]))
        } catch { throw rows.malformed(error) }
      }
    }
    return sums.map { $0 / Double(max(count, 1)) }
  }
}
