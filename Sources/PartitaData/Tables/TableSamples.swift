/// Rows of a table, encoded and kept as Float32.
struct TableSamples: SampleSource {
  /// The values of all rows, one behind the other.
  private(set) var features: [Float] = []
  /// Their class numbers.
  private(set) var labels: [Int32] = []
  /// Values of a row.
  let width: Int

  /// No rows yet, and room for `count`.
  init(width: Int, room count: Int) {
    self.width = width
    features.reserveCapacity(count * width)
    labels.reserveCapacity(count)
  }

  /// Adds the row that was read last; without classes its label is none.
  /// - Throws: `DataError.malformed` for a cell that doesn't fit its column, with the row's line.
  mutating func append(
    _ row: TableRows, _ encoding: TableEncoding, _ classes: TableClasses?
  ) throws(DataError) {
    let first = features.count
    features.append(contentsOf: repeatElement(0, count: width))
    var values = features.mutableSpan
    var start = first
    for (index, column) in encoding.columns.enumerated() {
      defer { start += column.width }
      if case .number(let number) = row.number(index), let value = column.value(of: number) {
        values[start] = value
        continue
      }
      let cell = try row.cell(index)
      do {
        try encoding.encode(cell, column: index, into: &values, at: start)
      } catch { throw row.malformed(error) }
    }
    labels.append(try classes?.number(of: row) ?? 0)
  }

  var count: Int { labels.count }

  func write(
    inputs samples: Span<Int>, epoch: Int, into memory: UnsafeMutableRawBufferPointer
  ) {
    let values = memory.bindMemory(to: Float.self)
    features.withUnsafeBufferPointer { features in
      for row in 0..<samples.count {
        let start = samples[row] * width
        for index in 0..<width { values[row * width + index] = features[start + index] }
      }
    }
  }

  func write(
    classes samples: Span<Int>, epoch: Int, into memory: UnsafeMutableBufferPointer<Int32>
  ) {
    for row in 0..<samples.count { memory[row] = labels[samples[row]] }
  }

  func withContents(_ body: (UnsafeRawBufferPointer) -> Void) -> Bool {
    features.withUnsafeBytes(body)
    labels.withUnsafeBytes(body)
    return true
  }
}
