public import PartitaFiles

extension Safetensors {
  /// Reads the tensors of the file at `path`, in name order.
  ///
  /// Every byte is accounted for: lengths that don't fit the file, gaps, overlaps, shapes that
  /// don't fit their bytes and element types other than F32 are errors that name the tensor.
  /// - Throws: `FileError.unreadable`, or `.malformed` with what is wrong.
  public static func read(_ path: String) throws(FileError) -> [NamedTensor] {
    let bytes = try readFile(path)
    let header: SafetensorsHeader
    do {
      header = try SafetensorsHeader(fileBytes: bytes.count, types: ["F32": 4]) {
        Array(bytes.prefix($0))
      }
    } catch {
      throw .malformed(path: path, problem: "this is no sound safetensors file: \(error)")
    }
    return header.entries.map { entry in
      let start = header.payload
      let values = floats(bytes[start + entry.bytes.lowerBound..<start + entry.bytes.upperBound])
      return NamedTensor(name: entry.name, shape: entry.shape, values: values)
    }.inNameOrder()
  }

  private static func floats(_ bytes: ArraySlice<UInt8>) -> [Float] {
    bytes.withUnsafeBytes { buffer in
      (0..<buffer.count / 4).map { index in
        let word = buffer.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
        return Float(bitPattern: UInt32(littleEndian: word))
      }
    }
  }
}
