internal import Foundation
public import PartitaFiles

extension Safetensors {
  /// Reads the tensors of the file at `path`, in name order.
  ///
  /// Every byte is accounted for: lengths that don't fit the file, gaps, overlaps, shapes that
  /// don't fit their bytes and element types other than F32 are errors that name the tensor.
  /// - Throws: `FileError.unreadable`, or `.malformed` with what is wrong.
  public static func read(_ path: String) throws(FileError) -> [NamedTensor] {
    let bytes = try readFile(path)
    func malformed(_ problem: String) -> FileError {
      .malformed(path: path, problem: "this is no sound safetensors file: \(problem)")
    }

    guard bytes.count >= 8 else { throw malformed("it has \(bytes.count) bytes, not even 8") }
    let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(bytes.count - 8) else {
      throw malformed("a header of \(length) bytes does not fit a file of \(bytes.count)")
    }
    let payload = 8 + Int(length)
    let entries: [(name: String, entry: Entry)]
    do {
      entries = try Header.entries(of: Data(bytes[8..<payload]))
    } catch {
      throw malformed("its header is not JSON of the right form: \(describe(error))")
    }

    var tensors: [NamedTensor] = []
    var end = 0
    for (name, entry) in entries.sorted(by: { $0.entry.start < $1.entry.start }) {
      if let problem = entry.problem(after: end, of: bytes.count - payload) {
        throw malformed("tensor \"\(name)\": \(problem)")
      }
      end = entry.end
      let values = floats(bytes[payload + entry.start..<payload + entry.end])
      tensors.append(NamedTensor(name: name, shape: entry.shape, values: values))
    }
    guard payload + end == bytes.count else {
      throw malformed("\(bytes.count - payload - end) bytes at its end belong to no tensor")
    }
    return tensors.inNameOrder()
  }

  private static func floats(_ bytes: ArraySlice<UInt8>) -> [Float] {
    bytes.withUnsafeBytes { buffer in
      (0..<buffer.count / 4).map { index in
        let word = buffer.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
        return Float(bitPattern: UInt32(littleEndian: word))
      }
    }
  }

  /// What a decoder says, without the type names around it.
  private static func describe(_ error: any Error) -> String {
    switch error as? DecodingError {
    case .keyNotFound(let key, let context):
      "\(place(context)) has no \"\(key.stringValue)\""
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "\(place(context)) has the wrong type"
    case .dataCorrupted(let context):
      context.debugDescription
    default: "\(error)"
    }
  }

  private static func place(_ context: DecodingError.Context) -> String {
    let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
    return path.isEmpty ? "it" : "\"\(path.joined(separator: "."))\""
  }
}

extension Safetensors {
  /// A tensor's line of the header.
  fileprivate struct Entry: Decodable {
    let type: String
    let shape: [Int]
    let offsets: [Int]

    enum CodingKeys: String, CodingKey {
      case type = "dtype"
      case shape
      case offsets = "data_offsets"
    }

    var start: Int { offsets.first ?? 0 }
    var end: Int { offsets.last ?? 0 }

    /// What is wrong with the entry, in a payload of `size` bytes of which `end` are taken.
    func problem(after taken: Int, of size: Int) -> String? {
      guard type == "F32" else { return "its elements are \(type); only F32 is read" }
      guard offsets.count == 2, start >= 0, start <= end else {
        return "its data_offsets \(offsets) are no range"
      }
      guard end <= size else {
        return "its data ends at byte \(end) of a payload of \(size); the file is truncated"
      }
      guard start == taken else {
        return start < taken
          ? "its data overlaps another tensor's"
          : "\(start - taken) bytes before its data belong to no tensor"
      }
      var count = 1
      for extent in shape {
        let (product, overflow) = count.multipliedReportingOverflow(by: extent)
        guard extent >= 0, !overflow else { return "its shape \(shape) is impossible" }
        count = product
      }
      guard (end - start).isMultiple(of: 4), count == (end - start) / 4 else {
        return "its shape \(shape) does not fit its \(end - start) bytes"
      }
      return nil
    }
  }

  /// The header's members but the metadata, which holds no tensor.
  fileprivate struct Header: Decodable {
    let entries: [(name: String, entry: Entry)]

    static func entries(of json: Data) throws -> [(name: String, entry: Entry)] {
      try JSON.value(Header.self, from: json).entries
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: TensorName.self)
      entries = try container.allKeys.filter { $0.stringValue != metadataKey }
        .map { ($0.stringValue, try container.decode(Entry.self, forKey: $0)) }
    }
  }

  private struct TensorName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
