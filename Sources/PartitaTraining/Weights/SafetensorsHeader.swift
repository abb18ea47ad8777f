internal import Foundation
internal import PartitaFiles

/// The header of a safetensors file: which tensors lie where behind it.
struct SafetensorsHeader {
  /// A tensor's line.
  struct Entry: Hashable {
    let name: String
    /// The element type, as `F32`.
    let type: String
    let shape: [Int]
    /// Its bytes, counted from the end of the header.
    let bytes: Range<Int>
  }

  /// The tensors in the order of their bytes.
  let entries: [Entry]
  /// Notes beside the tensors.
  let metadata: [String: String]
  /// Bytes of the file before the first tensor.
  let payload: Int

  /// Bytes of the file.
  var fileBytes: Int { payload + (entries.last?.bytes.upperBound ?? 0) }

  // MARK: Writing

  /// The bytes before the tensors: the header's length, the header.
  /// - Parameters:
  ///   - tensors: name, element type, shape and bytes of each, in the order in which they follow.
  ///   - metadata: notes beside them.
  static func text(
    of tensors: some Sequence<(name: String, type: String, shape: [Int], byteCount: Int)>,
    metadata: [String: String]
  ) -> [UInt8] {
    var members: [(String, JSON)] = []
    if !metadata.isEmpty {
      let notes = metadata.sorted { $0.key < $1.key }.map { ($0.key, JSON.string($0.value)) }
      members.append((Safetensors.metadataKey, JSON(members: notes)))
    }
    var offset = 0
    for tensor in tensors {
      let end = offset + tensor.byteCount
      let entry: JSON = [
        "dtype": .string(tensor.type),
        "shape": .array(tensor.shape.map { .integer($0) }),
        "data_offsets": [.integer(offset), .integer(end)],
      ]
      members.append((tensor.name, entry))
      offset = end
    }
    var header = Array(JSON(members: members).description.utf8)
    while !header.count.isMultiple(of: 8) { header.append(UInt8(ascii: " ")) }
    return (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header
  }

  // MARK: Reading

  /// Reads a header and checks that it accounts for every byte of its file.
  ///
  /// - Parameters:
  ///   - fileBytes: bytes of the file.
  ///   - types: the element types that are read, with the bytes of an element.
  ///   - read: the first so many bytes of the file.
  /// - Throws: `Problem` for lengths that don't fit the file, gaps, overlaps, and shapes that don't
  ///   fit their bytes; what `read` throws.
  init(fileBytes: Int, types: [String: Int], read: (Int) throws -> [UInt8]) throws {
    guard fileBytes >= 8 else { throw Problem("it has \(fileBytes) bytes, not even 8") }
    let length = try read(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(fileBytes - 8) else {
      throw Problem("a header of \(length) bytes does not fit a file of \(fileBytes)")
    }
    payload = 8 + Int(length)
    let header: Lines
    do {
      header = try Lines.all(of: Data(try read(payload).dropFirst(8)))
    } catch let error as DecodingError {
      throw Problem("its header is not JSON of the right form: \(Self.describe(error))")
    }
    var entries: [Entry] = []
    var end = 0
    for (name, line) in header.lines.sorted(by: {
      ($0.line.start, $0.line.end) < ($1.line.start, $1.line.end)
    }) {
      let types = Self.isCounter(name) ? types.merging(["I64": 8]) { own, _ in own } : types
      if let problem = line.problem(after: end, of: fileBytes - payload, types: types) {
        throw Problem("tensor \"\(name)\": \(problem)")
      }
      end = line.end
      entries.append(
        Entry(name: name, type: line.type, shape: line.shape, bytes: line.start..<line.end))
    }
    guard payload + end == fileBytes else {
      throw Problem("\(fileBytes - payload - end) bytes at its end belong to no tensor")
    }
    self.entries = entries
    metadata = header.metadata
  }

  /// Whether this is what PyTorch's batch norms count steps by, which nothing here reads.
  static func isCounter(_ name: String) -> Bool { name.hasSuffix(".num_batches_tracked") }

  /// What is wrong with a file.
  struct Problem: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }

  /// What a decoder says, without the type names around it.
  private static func describe(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, let context): "\(place(context)) has no \"\(key.stringValue)\""
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "\(place(context)) has the wrong type"
    case .dataCorrupted(let context): context.debugDescription
    default: "\(error)"
    }
  }

  private static func place(_ context: DecodingError.Context) -> String {
    let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
    return path.isEmpty ? "it" : "\"\(path.joined(separator: "."))\""
  }
}

extension SafetensorsHeader {
  fileprivate struct Line: Decodable {
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

    /// What is wrong with the entry, in a payload of `size` bytes of which `taken` are taken.
    func problem(after taken: Int, of size: Int, types: [String: Int]) -> String? {
      guard let width = types[type] else {
        let known = types.keys.sorted().joined(separator: ", ")
        return "its elements are \(type); only \(known) \(types.count == 1 ? "is" : "are") read"
      }
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
      guard (end - start).isMultiple(of: width), count == (end - start) / width else {
        return "its shape \(shape) does not fit its \(end - start) bytes"
      }
      return nil
    }
  }

  /// The header's members.
  private struct Lines: Decodable {
    let lines: [(name: String, line: Line)]
    let metadata: [String: String]

    static func all(of json: Data) throws -> Lines { try JSON.value(Lines.self, from: json) }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: TensorName.self)
      lines = try container.allKeys.filter { $0.stringValue != Safetensors.metadataKey }
        .map { ($0.stringValue, try container.decode(Line.self, forKey: $0)) }
      metadata =
        try container.decodeIfPresent(
          [String: String].self, forKey: TensorName(stringValue: Safetensors.metadataKey)) ?? [:]
    }
  }

  private struct TensorName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
