/// The type of an array's elements as NumPy writes it: byte order, kind and size, as `<f4`.
struct NPYElement: Hashable, Sendable {
  /// Kind and size.
  enum Kind: String, CaseIterable, Sendable {
    case b1
    case u1
    case i1
    case u2
    case i2
    case u4
    case i4
    case u8
    case i8
    case f2
    case f4
    case f8

    /// Bytes of an element.
    var size: Int { rawValue.utf8.last.map { Int($0) - 48 } ?? 0 }
    /// Whether elements are whole numbers.
    var isInteger: Bool { "iu".contains(rawValue.prefix(1)) }
  }

  let kind: Kind
  let isBigEndian: Bool

  /// Reads NumPy's words; nil for a type that isn't read.
  init?(_ text: String) {
    let hasOrder = text.first.map { "<>=|".contains($0) } ?? false
    let words = text == "?" ? "b1" : String(text.dropFirst(hasOrder ? 1 : 0))
    guard let kind = Kind(rawValue: words) else { return nil }
    self.kind = kind
    isBigEndian = text.hasPrefix(">")
  }

  /// Calls `body` with the number of each of `count` elements that begin at `start`, and its index.
  /// Allocates nothing.
  @inline(__always)
  func forEach(
    from start: UnsafeRawPointer, count: Int, _ body: (_ index: Int, _ value: Double) -> Void
  ) {
    switch kind {
    case .b1: each(UInt8.self, start, count, { $0 == 0 ? 0 : 1 }, body)
    case .u1: each(UInt8.self, start, count, { Double($0) }, body)
    case .i1: each(Int8.self, start, count, { Double($0) }, body)
    case .u2: each(UInt16.self, start, count, { Double($0) }, body)
    case .i2: each(Int16.self, start, count, { Double($0) }, body)
    case .u4: each(UInt32.self, start, count, { Double($0) }, body)
    case .i4: each(Int32.self, start, count, { Double($0) }, body)
    case .u8: each(UInt64.self, start, count, { Double($0) }, body)
    case .i8: each(Int64.self, start, count, { Double($0) }, body)
    case .f2: each(UInt16.self, start, count, { half($0) }, body)
    case .f4: each(UInt32.self, start, count, { Double(Float(bitPattern: $0)) }, body)
    case .f8: each(UInt64.self, start, count, { Double(bitPattern: $0) }, body)
    }
  }

  @inline(__always)
  private func each<Bits: FixedWidthInteger & BitwiseCopyable>(
    _ type: Bits.Type, _ start: UnsafeRawPointer, _ count: Int, _ number: (Bits) -> Double,
    _ body: (Int, Double) -> Void
  ) {
    let size = MemoryLayout<Bits>.size
    for index in 0..<count {
      let bits = start.loadUnaligned(fromByteOffset: index * size, as: Bits.self)
      body(index, number(isBigEndian ? Bits(bigEndian: bits) : Bits(littleEndian: bits)))
    }
  }
}

/// The number of the bits of IEEE 754's binary16.
@inline(__always)
private func half(_ bits: UInt16) -> Double {
  let (exponent, fraction) = (Int(bits >> 10 & 31), Double(bits & 1023))
  let magnitude: Double =
    switch exponent {
    case 0: fraction * 0x1p-24
    case 31: fraction == 0 ? .infinity : .nan
    default: (1024 + fraction) * Double(sign: .plus, exponent: exponent - 25, significand: 1)
    }
  return bits >> 15 == 0 ? magnitude : -magnitude
}
