import Testing

/// Sizes around the borders of vectors, register tiles and blocks.
let oddSizes = [0, 1, 3, 16, 17, 63, 4097]

/// Repeatable values, evenly spread over `range`.
func values(_ count: Int, seed: UInt64 = 1, in range: ClosedRange<Float> = -2...2) -> [Float] {
  var state = seed &* 0x9E37_79B9_7F4A_7C15
  return (0..<count).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let unit = Float(state >> 40) / Float(1 << 24)
    return range.lowerBound + unit * (range.upperBound - range.lowerBound)
  }
}

/// Runs a kernel with its arrays at several offsets from a 64-byte border, demands the same bits
/// each time, and gives the output back. The output begins as `output`, so that kernels that add to
/// it can be told from those that write it.
func run(
  _ inputs: [[Float]], output: [Float],
  sourceLocation: SourceLocation = #_sourceLocation,
  _ body: ([UnsafeMutablePointer<Float>], UnsafeMutablePointer<Float>) -> Void
) -> [Float] {
  let arrays = inputs + [output]
  let results = [0, 1, 7].map { offset in
    let memory = arrays.map { array in
      let raw = UnsafeMutableRawPointer.allocate(
        byteCount: (array.count + 16 + offset) * 4, alignment: 64)
      let floats = raw.bindMemory(to: Float.self, capacity: array.count + 16 + offset) + offset
      floats.initialize(from: array, count: array.count)
      return (raw: raw, floats: floats)
    }
    defer { for block in memory { block.raw.deallocate() } }
    body(memory.dropLast().map(\.floats), memory[inputs.count].floats)
    return Array(UnsafeBufferPointer(start: memory[inputs.count].floats, count: output.count))
  }
  let bits = results.map { $0.map(\.bitPattern) }
  #expect(
    bits[0] == bits[1] && bits[0] == bits[2], "the result depends on alignment",
    sourceLocation: sourceLocation)
  return results[0]
}

/// Demands |got - want| <= tolerance * max(1, |want|) for all elements.
func expectClose(
  _ got: some Sequence<Float>, _ want: [Double], tolerance: Double = 2e-6,
  _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
) {
  let got = Array(got)
  #expect(got.count == want.count, comment, sourceLocation: sourceLocation)
  let worst = zip(got, want).map { abs(Double($0) - $1) / max(1, abs($1)) }.max() ?? 0
  let finite = got.allSatisfy(\.isFinite)
  #expect(finite && worst <= tolerance, comment, sourceLocation: sourceLocation)
}

/// The same bits.
func expectSameBits(
  _ a: [Float], _ b: [Float], _ comment: Comment? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(a.map(\.bitPattern) == b.map(\.bitPattern), comment, sourceLocation: sourceLocation)
}
