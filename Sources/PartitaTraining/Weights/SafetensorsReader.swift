public import PartitaFiles

extension Safetensors {
  /// Reads the tensors of the file at `path`, in name order.
  ///
  /// Every byte is accounted for: lengths that don't fit the file, gaps, overlaps, shapes that
  /// don't fit their bytes and element types other than F32, F16, BF16 and F64 are errors that name the
  /// tensor. Only what PyTorch's batch norms call `num_batches_tracked` is passed over, in I64 too.
  /// - Throws: `FileError.unreadable`, or `.malformed` with what is wrong.
  public static func read(_ path: String) throws(FileError) -> [NamedTensor] {
    let bytes = try readFile(path)
    let header = try header(of: path, fileBytes: bytes.count) { Array(bytes.prefix($0)) }
    var tensors: [NamedTensor] = []
    for entry in header.entries where !SafetensorsHeader.isCounter(entry.name) {
      let range = header.payload + entry.bytes.lowerBound..<header.payload + entry.bytes.upperBound
      guard let values = WeightElement(rawValue: entry.type)?.values(bytes[range]) else {
        throw .malformed(
          path: path, problem: "tensor \"\(entry.name)\": a number is too large for 32 bits")
      }
      tensors.append(NamedTensor(name: entry.name, shape: entry.shape, values: values))
    }
    return tensors.inNameOrder()
  }

  /// The notes of the file at `path`; its tensors aren't read.
  /// - Throws: `FileError.unreadable`, or `.malformed` with what is wrong.
  public static func metadata(of path: String) throws(FileError) -> [String: String] {
    let count = try FileReader(path).byteCount
    return try header(of: path, fileBytes: count) { try readFile(path, atMost: $0) }.metadata
  }

  private static func header(
    of path: String, fileBytes: Int, read: (Int) throws -> [UInt8]
  ) throws(FileError) -> SafetensorsHeader {
    do {
      return try SafetensorsHeader(fileBytes: fileBytes, types: WeightElement.widths, read: read)
    } catch let error as FileError {
      throw error
    } catch {
      throw .malformed(path: path, problem: "this is no sound safetensors file: \(error)")
    }
  }
}
