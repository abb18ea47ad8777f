internal import PartitaFiles
internal import PartitaGraph

extension NewSamples {
  /// The rows of tables, encoded as those that were trained on; a label's column is read over.
  ///
  /// - Parameters:
  ///   - paths: CSV files with the columns of the training.
  ///   - separator: what stands between their cells.
  ///   - notes: what the training noted.
  /// - Throws: `DataError` for a table that can't be read or lacks a column, and for a cell that
  ///   doesn't fit its column, with its line.
  init(rowsOf paths: [String], separator: UInt8, notes: [String: String]) throws(DataError) {
    guard let text = notes["columns"] else { throw .noNote("columns") }
    let encoding: TableEncoding
    do { encoding = try TableEncoding(json: text, source: "columns") } catch { throw .file(error) }
    var samples = TableSamples(width: encoding.width, room: 0)
    var names: [String] = []
    for path in paths {
      let file: MappedFile
      do { file = try MappedFile(path) } catch { throw .file(error) }
      var rows = try TableRows(
        file, separator: separator, columns: encoding.columns.map(\.name), label: nil)
      while try rows.next() {
        try samples.append(rows, encoding, nil)
        names.append("\(path):\(rows.line)")
      }
    }
    guard !names.isEmpty else {
      throw .malformed(file: paths[0], problem: "it has no row below its header")
    }
    self.init(
      input: SampleType(shape: [encoding.width], element: .float32), names: names, source: samples)
  }
}
