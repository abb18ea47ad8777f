#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Philox4x32-10, a random function of a counter and a key.
///
/// It holds no state, so any rank can draw any number of a stream without drawing those before it;
/// that is what makes dropout, initial weights and the order of the data the same for every cut.
///
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011,
/// section 3.3; checked against the known answers of the authors' library Random123.
public enum Philox4x32 {
  /// The four random words that belong to `counter` under `key`: ten rounds.
  @inlinable
  public static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var words = counter
    var roundKey = key
    for _ in 0..<10 {
      let first = UInt64(words[0]) &* 0xD251_1F53
      let second = UInt64(words[2]) &* 0xCD9E_8D57
      words = SIMD4(
        UInt32(truncatingIfNeeded: second >> 32) ^ words[1] ^ roundKey[0],
        UInt32(truncatingIfNeeded: second),
        UInt32(truncatingIfNeeded: first >> 32) ^ words[3] ^ roundKey[1],
        UInt32(truncatingIfNeeded: first))
      roundKey &+= SIMD2(0x9E37_79B9, 0xBB67_AE85)
    }
    return words
  }
}

/// The random numbers of one name under one seed, addressed by sample, step and element.
///
/// The stream is fixed to the bit, so that kernels in other languages can draw it too:
///
/// - `key = mix(fnv1a(name) + mix(seed + 0x9E3779B97F4A7C15))`, all modulo 2⁶⁴; `fnv1a` is the
///   64-bit FNV-1a hash of the name's UTF-8 bytes, and `mix` the output function of `SplitMix64`.
///   Philox's key words are the key's low and high halves, in that order.
/// - Element `e` is word `e mod 4` of the block with the counter words
///   `(e div 4, sample mod 2³², sample div 2³², step)`.
/// - A uniform number is `word >> 8` times 2⁻²⁴: 24 bits, exact in Float, in [0, 1).
/// - A block's normal numbers come from its word pairs (w₀, w₁) and (w₂, w₃) by Box and Muller in
///   Double: u = (w₀ + 1)·2⁻³², v = w₁·2⁻³², r = √(−2 ln u), then r·cos 2πv and r·sin 2πv, each
///   rounded to Float once.
public struct RandomStream: Hashable, Sendable {
  /// The hash of seed and name; see the type's description.
  public let key: UInt64

  /// The stream of `name` under `seed`.
  public init(seed: UInt64, name: String) {
    key = SplitMix64.mix(Self.fnv1a(name.utf8) &+ SplitMix64.mix(seed &+ SplitMix64.step))
  }

  /// The four words that elements `4·index ..< 4·index + 4` are made of.
  @inlinable
  public func block(_ index: UInt32, sample: UInt64, step: UInt32) -> SIMD4<UInt32> {
    Philox4x32.block(
      counter: SIMD4(
        index, UInt32(truncatingIfNeeded: sample), UInt32(truncatingIfNeeded: sample >> 32), step),
      key: SIMD2(UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32)))
  }

  /// Uniform number `element` in [0, 1). `element` is below 2³⁴.
  @inlinable
  public func uniform(_ element: Int, sample: UInt64 = 0, step: UInt32 = 0) -> Float {
    Self.uniform(block(UInt32(element >> 2), sample: sample, step: step)[element & 3])
  }

  /// Normal number `element`, mean 0 and variance 1. `element` is below 2³⁴.
  public func normal(_ element: Int, sample: UInt64 = 0, step: UInt32 = 0) -> Float {
    Self.normals(block(UInt32(element >> 2), sample: sample, step: step))[element & 3]
  }

  /// Fills `values` with the uniform numbers of `sample` and `step` from element `first` on, a multiple
  /// of 4.
  @inlinable
  public func fillUniform(
    _ values: inout MutableSpan<Float>, from first: Int = 0, sample: UInt64 = 0, step: UInt32 = 0
  ) {
    fill(&values, from: first, sample: sample, step: step) { words in
      SIMD4(
        Self.uniform(words[0]), Self.uniform(words[1]),
        Self.uniform(words[2]), Self.uniform(words[3]))
    }
  }

  /// Fills `values` with the normal numbers of `sample` and `step` from element `first` on, a multiple
  /// of 4.
  public func fillNormal(
    _ values: inout MutableSpan<Float>, from first: Int = 0, sample: UInt64 = 0, step: UInt32 = 0
  ) {
    fill(&values, from: first, sample: sample, step: step, with: Self.normals)
  }

  /// A uniform number in [0, 1) out of the upper 24 bits of `word`.
  @inlinable
  public static func uniform(_ word: UInt32) -> Float { Float(word >> 8) * 0x1p-24 }

  /// A whole number in `0..<bound` out of `word`: (word · bound) div 2³². `bound` is at least 1 and
  /// far below 2³²; no number is more likely than another by more than bound / 2³².
  @inlinable
  public static func integer(_ word: UInt32, below bound: Int) -> Int {
    Int(word.multipliedFullWidth(by: UInt32(bound)).high)
  }

  @inlinable
  func fill(
    _ values: inout MutableSpan<Float>, from first: Int, sample: UInt64, step: UInt32,
    with numbers: (SIMD4<UInt32>) -> SIMD4<Float>
  ) {
    precondition(first.isMultiple(of: 4), "element \(first) is inside of a block of four")
    var start = 0
    while start < values.count {
      let block = numbers(block(UInt32((first + start) >> 2), sample: sample, step: step))
      for lane in 0..<min(4, values.count - start) { values[start + lane] = block[lane] }
      start += 4
    }
  }
}

extension RandomStream {
  /// Four normal numbers out of one block, by Box and Muller.
  static func normals(_ words: SIMD4<UInt32>) -> SIMD4<Float> {
    let first = normals(words[0], words[1])
    let second = normals(words[2], words[3])
    return SIMD4(first[0], first[1], second[0], second[1])
  }

  private static func normals(_ radiusWord: UInt32, _ angleWord: UInt32) -> SIMD2<Float> {
    let radius = (-2 * log((Double(radiusWord) + 1) * 0x1p-32)).squareRoot()
    let angle = 2 * Double.pi * (Double(angleWord) * 0x1p-32)
    return SIMD2(Float(radius * cos(angle)), Float(radius * sin(angle)))
  }

  /// The 64-bit FNV-1a hash (Fowler, Noll, Vo).
  static func fnv1a(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
