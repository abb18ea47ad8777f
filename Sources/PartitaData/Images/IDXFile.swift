internal import PartitaFiles
internal import PartitaGraph

/// A gzipped IDX file of bytes: the form that MNIST came in.
///
/// Two zero bytes, the element type (0x08, unsigned byte), the number of dimensions, each extent in
/// 4 big-endian bytes, then the elements in row-major order and nothing else.
/// Source: Y. LeCun, "The MNIST database", section "File formats".
package struct IDXFile: Sendable {
  /// The extents, the number of items first.
  package let extents: [Int]
  /// The elements.
  package let bytes: [UInt8]

  /// Reads the file at `path`, which must have `dimensions` dimensions.
  init(_ path: String, dimensions: Int) throws(DataError) {
    let compressed: [UInt8]
    do { compressed = try readFile(path) } catch { throw .file(error) }
    try self.init(gzip: compressed, name: path, dimensions: dimensions)
  }

  /// Reads gzipped bytes; errors call them `name`.
  /// - Throws: `DataError.malformed` for what is no such file, is cut off, or goes on.
  package init(gzip: [UInt8], name: String, dimensions: Int) throws(DataError) {
    let reader = try GzipReader(gzip, name: name)
    let header = try IDXHeader(reader, dimensions: dimensions)
    extents = header.extents
    let memory = availableMemoryBytes()
    guard header.size <= memory else {
      throw .noRoom(what: "\(name): its elements", bytes: header.size, memory: memory)
    }
    bytes = try reader.read(atMost: header.size)
    guard bytes.count == header.size else {
      throw .malformed(
        file: name,
        problem: "it is truncated: \(extents) asks for \(header.size) bytes, and it has "
          + "\(bytes.count)")
    }
    try reader.finish()
  }
}

/// What an IDX file says of itself before its elements.
struct IDXHeader: Sendable {
  /// The extents, the number of items first.
  let extents: [Int]
  /// The number of elements.
  let size: Int

  /// Reads the beginning of the file at `path` and nothing more of it.
  init(_ path: String, dimensions: Int) throws(DataError) {
    let compressed: [UInt8]
    do { compressed = try readFile(path, atMost: 1 << 12) } catch { throw .file(error) }
    try self.init(try GzipReader(compressed, name: path), dimensions: dimensions)
  }

  /// Reads the header, at which `reader` must stand.
  init(_ reader: GzipReader, dimensions: Int) throws(DataError) {
    let name = reader.name
    func malformed(_ problem: String) -> DataError { .malformed(file: name, problem: problem) }

    let header = try reader.read(atMost: 4 + 4 * dimensions)
    let magic: [UInt8] = [0, 0, 8, UInt8(dimensions)]
    guard header.count >= 4, header.starts(with: magic) else {
      throw malformed(
        "its first bytes are \(hex(header.prefix(4))), not \(hex(magic[...])), the mark of "
          + "\(dimensions)-dimensional IDX of bytes")
    }
    guard header.count == 4 + 4 * dimensions else {
      throw malformed("it is truncated: it ends inside the IDX header")
    }
    extents = (0..<dimensions).map { index in
      header[(4 + 4 * index)..<(8 + 4 * index)].reduce(0) { $0 << 8 | Int($1) }
    }

    var size = 1
    for extent in extents {
      let (product, overflow) = size.multipliedReportingOverflow(by: extent)
      guard extent > 0, !overflow, product <= Graph.byteLimit else {
        throw malformed("its extents \(extents) are impossible")
      }
      size = product
    }
    self.size = size
  }
}

private func hex(_ bytes: ArraySlice<UInt8>) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
}
