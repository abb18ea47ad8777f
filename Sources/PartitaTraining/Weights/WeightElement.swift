/// The element types that weights are read from; they are kept as Float32.
enum WeightElement: String, CaseIterable {
  case float32 = "F32"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case float64 = "F64"

  /// Bytes of an element.
  var bytes: Int {
    switch self {
    case .float32: 4
    case .float16, .bfloat16: 2
    case .float64: 8
    }
  }

  /// The bytes of an element of each type, by its name.
  static var widths: [String: Int] {
    Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0.bytes) })
  }

  /// The values of little-endian elements. Those of half as many bits are kept exactly, Float64 is
  /// rounded to the nearest; nil where a finite one is beyond all Float32.
  func values(_ bytes: ArraySlice<UInt8>) -> [Float]? {
    bytes.withUnsafeBytes { buffer in
      func all<Word: FixedWidthInteger>(
        _: Word.Type, _ value: (Word) -> Float
      ) -> [Float] {
        let width = MemoryLayout<Word>.size
        return (0..<buffer.count / width).map {
          value(Word(littleEndian: buffer.loadUnaligned(fromByteOffset: width * $0, as: Word.self)))
        }
      }
      switch self {
      case .float32: return all(UInt32.self) { Float(bitPattern: $0) }
      case .float16: return all(UInt16.self) { Float(Float16(bitPattern: $0)) }
      case .bfloat16: return all(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
      case .float64:
        var isFinite = true
        let values = all(UInt64.self) { word in
          let number = Double(bitPattern: word)
          let value = Float(number)
          if value.isInfinite, number.isFinite { isFinite = false }
          return value
        }
        return isFinite ? values : nil
      }
    }
  }
}
