import PartitaGraph
import Testing

@Suite struct RandomTests {
  /// The three vectors of Random123's `kat_vectors`, "philox4x32 10".
  @Test(arguments: [
    (
      SIMD4<UInt32>(repeating: 0), SIMD2<UInt32>(repeating: 0),
      SIMD4<UInt32>(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)
    ),
    (
      SIMD4(repeating: UInt32.max), SIMD2(repeating: UInt32.max),
      SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)
    ),
    (
      SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
      SIMD2(0xa409_3822, 0x299f_31d0),
      SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)
    ),
  ])
  func knownAnswers(counter: SIMD4<UInt32>, key: SIMD2<UInt32>, answer: SIMD4<UInt32>) {
    #expect(Philox4x32.block(counter: counter, key: key) == answer)
  }

  @Test func bulkEqualsSingle() {
    let stream = RandomStream(seed: 7, name: "dropout")
    for count in [0, 1, 3, 4, 5, 17] {
      var uniforms = [Float](repeating: -1, count: count)
      var normals = uniforms
      var span = uniforms.mutableSpan
      stream.fillUniform(&span, sample: 1 << 33, step: 5)
      span = normals.mutableSpan
      stream.fillNormal(&span, sample: 1 << 33, step: 5)
      #expect(uniforms == (0..<count).map { stream.uniform($0, sample: 1 << 33, step: 5) })
      #expect(normals == (0..<count).map { stream.normal($0, sample: 1 << 33, step: 5) })
    }
  }

  @Test func everyPartOfTheAddressCounts() {
    let base = RandomStream(seed: 0, name: "a")
    let words = [
      base.block(0, sample: 0, step: 0), base.block(1, sample: 0, step: 0),
      base.block(0, sample: 1, step: 0), base.block(0, sample: 1 << 32, step: 0),
      base.block(0, sample: 0, step: 1),
      RandomStream(seed: 1, name: "a").block(0, sample: 0, step: 0),
      RandomStream(seed: 0, name: "b").block(0, sample: 0, step: 0),
    ]
    #expect(Set(words).count == words.count)
  }

  /// Pins the stream: a change here changes every run that was ever recorded.
  @Test func streamIsPinned() {
    let stream = RandomStream(seed: 42, name: "layer.weight")
    #expect(stream.key == pinnedKey)
    #expect(stream.block(3, sample: 0x1_0000_0002, step: 9) == pinnedBlock)
  }

  @Test func momentsAreRight() {
    var values = [Float](repeating: 0, count: 100_000)
    var span = values.mutableSpan
    let stream = RandomStream(seed: 1, name: "moments")
    stream.fillUniform(&span)
    #expect(values.allSatisfy { (0..<1).contains($0) })
    #expect(abs(mean(values) - 0.5) < 0.005)
    span = values.mutableSpan
    stream.fillNormal(&span)
    #expect(abs(mean(values)) < 0.01)
    #expect(abs(mean(values.map { $0 * $0 }) - 1) < 0.02)
  }

  @Test func extremeWordsStayInRange() {
    #expect(RandomStream.uniform(.max) < 1)
    #expect(RandomStream.uniform(0) == 0)
  }

  private func mean(_ values: [Float]) -> Double {
    values.reduce(0) { $0 + Double($1) } / Double(values.count)
  }

  private let pinnedKey: UInt64 = 0x8222_21dd_8132_02c5
  private let pinnedBlock = SIMD4<UInt32>(0x91b3_e753, 0xfea2_862a, 0xc73d_d27b, 0x9cee_2a7d)
}
