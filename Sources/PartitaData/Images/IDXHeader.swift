internal import PartitaFiles
internal import PartitaGraph

/// What an IDX file says of itself before its elements.
struct IDXHeader: Sendable {
  /// The type of the elements.
  let element: IDXElement
  /// The extents, the number of items first.
  let extents: [Int]
  /// Bytes of all elements.
  let size: Int

  /// Reads the beginning of the file at `path` and nothing more of it.
  /// - Throws: `DataError` for a file that can't be read or has another beginning.
  init(_ path: String, _ form: IDXForm, packing: IDXPacking) throws(DataError) {
    let start: [UInt8]
    do { start = try readFile(path, atMost: 1 << 12) } catch { throw .file(error) }
    if try packing.isGzip(path) {
      let reader = try GzipReader(start, name: path)
      try self.init(form, of: path) { count throws(DataError) in try reader.read(atMost: count) }
    } else {
      var rest = start[...]
      try self.init(form, of: path) { count in
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
      }
    }
  }

  /// Reads the header.
  /// - Parameters:
  ///   - form: what it must be.
  ///   - name: how errors call the file.
  ///   - next: the next so many bytes of the file, or as many as there are.
  /// - Throws: `DataError.malformed` for another beginning or extents that can't be, and what `next`
  ///   throws.
  init(
    _ form: IDXForm, of name: String, next: (Int) throws(DataError) -> [UInt8]
  ) throws(DataError) {
    func malformed(_ problem: String) -> DataError { .malformed(file: name, problem: problem) }

    let mark = try next(4)
    guard let (element, dimensions) = form.read(mark) else { throw malformed(form.problem(mark)) }
    let header = try next(4 * dimensions)
    guard header.count == 4 * dimensions else {
      throw malformed("it is truncated: it ends inside the IDX header")
    }
    self.element = element
    extents = (0..<dimensions).map { index in
      header[(4 * index)..<(4 * index + 4)].reduce(0) { $0 << 8 | Int($1) }
    }

    var size = element.byteCount
    for extent in extents {
      let (product, overflow) = size.multipliedReportingOverflow(by: extent)
      guard extent > 0, !overflow, product <= Graph.byteLimit else {
        throw malformed("its extents \(extents) are impossible")
      }
      size = product
    }
    self.size = size
  }

  /// The complaint that only `size` bytes of elements are there.
  func truncated(_ name: String, size: Int) -> DataError {
    .malformed(
      file: name,
      problem: "it is truncated: \(extents) asks for \(self.size) bytes, and it has \(size)")
  }
}
