extension TensorElement {
  /// The numbers of little-endian elements; none of texts.
  func numbers(_ bytes: [UInt8]) -> [Double] {
    switch self {
    case .float32: words(bytes, UInt32.self) { Double(Float(bitPattern: $0)) }
    case .float64: words(bytes, UInt64.self) { Double(bitPattern: $0) }
    case .float16: words(bytes, UInt16.self) { Double(Float16(bitPattern: $0)) }
    case .bfloat16: words(bytes, UInt16.self) { Double(Float(bitPattern: UInt32($0) << 16)) }
    case .uint8: bytes.map(Double.init)
    case .flag: bytes.map { $0 == 0 ? 0 : 1 }
    case .int8: bytes.map { Double(Int8(bitPattern: $0)) }
    case .uint16: words(bytes, UInt16.self) { Double($0) }
    case .int16: words(bytes, UInt16.self) { Double(Int16(bitPattern: $0)) }
    case .int32: words(bytes, UInt32.self) { Double(Int32(bitPattern: $0)) }
    case .uint32: words(bytes, UInt32.self) { Double($0) }
    case .int64: words(bytes, UInt64.self) { Double(Int64(bitPattern: $0)) }
    case .uint64: words(bytes, UInt64.self) { Double($0) }
    case .text: []
    }
  }

  /// The same as weights are kept: those of Float32 to the bit.
  func floats(_ bytes: [UInt8]) -> [Float] {
    self == .float32
      ? words(bytes, UInt32.self) { Float(bitPattern: $0) } : numbers(bytes).map { Float($0) }
  }

  private func words<Word: FixedWidthInteger, Number>(
    _ bytes: [UInt8], _: Word.Type, _ number: (Word) -> Number
  ) -> [Number] {
    let width = Word.bitWidth / 8
    return (0..<bytes.count / width).map { place in
      var word = Word.zero
      for index in 0..<width {
        word |= Word(truncatingIfNeeded: bytes[place * width + index]) << Word(8 * index)
      }
      return number(word)
    }
  }
}
