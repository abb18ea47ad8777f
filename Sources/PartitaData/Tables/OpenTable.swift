internal import PartitaFiles
internal import PartitaGraph
internal import PartitaKeys

/// What is read of a table, and how.
struct TableSelection {
  let label: String
  let columns: [String]?
  let categorical: [String]
  let separator: UInt8
  let split: SampleSplit
  let normalize: Bool
  let trainSamples: Int?
  let testSamples: Int?
}

/// A table whose columns, classes and parts are known.
struct OpenTable {
  let scan: TableScan
  let encoding: TableEncoding
  /// Rows to train on, and to test on.
  let trainCount: Int
  let testCount: Int
  /// The table, before its first row; and the one to test on, if there is one.
  private let rows: TableRows
  private let testRows: TableRows?
  /// Whether a row is tested on; empty where the test has a table of its own.
  private let isTested: [Bool]

  /// Reads the tables, but for their samples.
  /// - Throws: `DataError` for a table that can't be read, lacks a column, or has no rows to train
  ///   or to test on.
  init(
    path: String, testPath: String?, selection: TableSelection
  ) throws(DataError) {
    func open(_ path: String, columns: [String]?) throws(DataError) -> TableRows {
      let file: MappedFile
      do { file = try MappedFile(path) } catch { throw .file(error) }
      return try TableRows(
        file, separator: selection.separator, columns: columns, label: selection.label)
    }
    rows = try open(path, columns: selection.columns)
    let names = rows.layout.names
    if let name = selection.categorical.first(where: { !names.contains($0) }) {
      throw TableLayout.unknownColumn(name, known: names, file: path)
    }
    scan = try TableScan(rows, categorical: selection.categorical)
    let needed = testPath == nil ? 2 : 1
    guard scan.rows >= needed else {
      throw .malformed(
        file: path,
        problem: "it has \(scan.rows) \(scan.rows == 1 ? "row" : "rows") below its header, and "
          + "\(testPath == nil ? "training and test need 2" : "training needs 1") or more")
    }
    var trained = scan.rows
    var tested: Int
    var isTested: [Bool] = []
    if let testPath {
      let rows = try open(testPath, columns: names)
      var all = rows
      while try all.next() {}
      tested = all.count
      guard tested > 0 else {
        throw .malformed(file: testPath, problem: "it has no row below its header to test on")
      }
      testRows = rows
    } else {
      let parts = selection.split.parts(of: scan.rows)
      isTested = [Bool](repeating: false, count: scan.rows)
      for row in parts.test { isTested[row] = true }
      (trained, tested) = (parts.train.count, parts.test.count)
      testRows = nil
    }
    self.isTested = isTested
    encoding = try TableEncoding(
      rows, scan, isTrained: { isTested.isEmpty || !isTested[$0] }, normalize: selection.normalize)
    trainCount = min(trained, selection.trainSamples ?? trained)
    testCount = min(tested, selection.testSamples ?? tested)
  }

  /// The type of an input.
  var input: SampleType { SampleType(shape: [encoding.width], element: .float32) }

  /// Reads the samples.
  /// - Throws: `DataError` where they have no room in memory, and for a cell or a label that isn't
  ///   among what is trained on.
  func samples() throws(DataError) -> (train: TableSamples, test: TableSamples) {
    let bytes = Int.product(Int.sum(trainCount, testCount), Int.sum(.product(4, encoding.width), 4))
    let memory = availableMemoryBytes()
    guard bytes <= memory else {
      throw .noRoom(
        what: "data: \(trainCount + testCount) rows of \(encoding.width) values", bytes: bytes,
        memory: memory)
    }
    var train = TableSamples(width: encoding.width, room: trainCount)
    var test = TableSamples(width: encoding.width, room: testCount)
    var rows = rows
    while train.count < trainCount || testRows == nil && test.count < testCount, try rows.next() {
      if !isTested.isEmpty, isTested[rows.count - 1] {
        if test.count < testCount { try test.append(rows, encoding, scan.classes) }
      } else if train.count < trainCount {
        try train.append(rows, encoding, scan.classes)
      }
    }
    if var rows = testRows {
      while test.count < testCount, try rows.next() {
        try test.append(rows, encoding, scan.classes)
      }
    }
    return (train, test)
  }
}
