internal import PartitaFiles
internal import PartitaGraph

/// An IDX file: the form that MNIST came in.
///
/// Two zero bytes, the element type, the number of dimensions, each extent in 4 big-endian bytes,
/// then the elements in row-major order and nothing else.
/// Source: Y. LeCun, "The MNIST database", section "File formats".
package struct IDXFile: Sendable {
  /// The extents, the number of items first.
  package let extents: [Int]
  /// The type of the elements.
  let element: IDXElement
  /// The elements: of a gzip file in memory, of another one where they are.
  let contents: ImageBytes

  /// The elements' bytes, copied.
  package var bytes: [UInt8] { contents.array }

  /// Reads the file at `path`, which may be a gzip file, or must be one.
  /// - Throws: `DataError` for what can't be read, is no such file, is cut off, or goes on.
  init(_ path: String, _ form: IDXForm, packing: IDXPacking) throws(DataError) {
    if try packing.isGzip(path) {
      let compressed: [UInt8]
      do { compressed = try readFile(path) } catch { throw .file(error) }
      try self.init(gzip: compressed, name: path, form)
    } else {
      let file: MappedFile
      do { file = try MappedFile(path) } catch { throw .file(error) }
      try self.init(plain: file, name: path, form)
    }
  }

  /// Reads gzipped bytes of so many dimensions; errors call them `name`.
  /// - Throws: `DataError.malformed` for what is no such file, is cut off, or goes on.
  package init(gzip: [UInt8], name: String, dimensions: Int) throws(DataError) {
    try self.init(gzip: gzip, name: name, .bytes(dimensions: dimensions))
  }

  private init(gzip: [UInt8], name: String, _ form: IDXForm) throws(DataError) {
    let reader = try GzipReader(gzip, name: name)
    let header = try IDXHeader(form, of: name) { count throws(DataError) in
      try reader.read(atMost: count)
    }
    let memory = availableMemoryBytes()
    guard header.size <= memory else {
      throw .noRoom(what: "\(name): its elements", bytes: header.size, memory: memory)
    }
    let bytes = try reader.read(atMost: header.size)
    guard bytes.count == header.size else { throw header.truncated(name, size: bytes.count) }
    try reader.finish()
    extents = header.extents
    element = header.element
    contents = ImageBytes(bytes)
  }

  private init(plain file: MappedFile, name: String, _ form: IDXForm) throws(DataError) {
    var offset = 0
    let header = try IDXHeader(form, of: name) { count in
      defer { offset += count }
      return withExtendedLifetime(file) { Array(file.bytes.dropFirst(offset).prefix(count)) }
    }
    let size = file.bytes.count - offset
    guard size >= header.size else { throw header.truncated(name, size: size) }
    guard size == header.size else {
      throw .malformed(file: name, problem: "it has bytes after the end of its data")
    }
    extents = header.extents
    element = header.element
    contents = ImageBytes(file, from: offset)
  }
}

/// What an IDX file may be packed in.
enum IDXPacking {
  /// It must be a gzip file.
  case gzip
  /// It is a gzip file where it begins like one, else it is plain.
  case either

  /// Whether the file at `path` is to be read as a gzip file.
  /// - Throws: `DataError.file`.
  func isGzip(_ path: String) throws(DataError) -> Bool {
    guard self == .either else { return true }
    do { return try readFile(path, atMost: 2) == GzipReader.mark } catch { throw .file(error) }
  }
}
