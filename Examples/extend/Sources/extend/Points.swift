import PartitaData

/// The loaded points. Batches are written into the trainer's memory within steps, so nothing is
/// allocated here.
struct Points: SampleSource {
  let coordinates: [SIMD2<Float>]
  let classes: [Int32]

  var count: Int { classes.count }

  func write(
    inputs samples: Span<Int>, epoch: Int, into memory: UnsafeMutableRawBufferPointer
  ) {
    for row in 0..<samples.count {
      memory.storeBytes(
        of: coordinates[samples[row]], toByteOffset: row * MemoryLayout<SIMD2<Float>>.stride,
        as: SIMD2<Float>.self)
    }
  }

  func write(
    classes samples: Span<Int>, epoch: Int, into memory: UnsafeMutableBufferPointer<Int32>
  ) {
    for row in 0..<samples.count { memory[row] = classes[samples[row]] }
  }
}
