/// The arithmetic of bfloat16: float32's eight bits of exponent, and seven of its fraction.
public enum BFloat16 {
  /// The nearest bfloat16, of two the even one; what would be denormal is zero, as processors' matrix
  /// units take it, and what is too large is infinite.
  public static func rounded(_ number: Float) -> Float {
    Float(bitPattern: UInt32(bits(of: number)) << 16)
  }

  /// The upper half of float32's bits.
  public static func bits(of number: Float) -> UInt16 {
    let bits = number.bitPattern
    if number.isNaN { return UInt16(truncatingIfNeeded: bits >> 16) | 0x40 }
    let rounded = UInt16(truncatingIfNeeded: (bits + 0x7fff + (bits >> 16 & 1)) >> 16)
    return rounded & 0x7f80 == 0 ? rounded & 0x8000 : rounded
  }
}
