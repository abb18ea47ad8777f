internal import CKernels

/// What one core of this processor can do at most, as measured: what kernels are held against.
public struct ProcessorRates: Sendable {
  /// Floating-point operations a second of float32 products with operands in caches, the best of some sizes.
  public let flopsPerSecond: Double
  /// The same of products of bfloat16; no less than float32's, which are exact for them.
  public let narrowFlopsPerSecond: Double
  /// Bytes a second from where the operands lie and to there, the best of a copy and a sum of two arrays.
  public let bytesPerSecond: Double
  /// Bytes of memory that kernels work in: where they fit a cache, operands come from it.
  public let workingBytes: Int

  /// Measures for about a second.
  ///
  /// - Parameter workingBytes: bytes of memory that kernels work in, as those of an arena.
  /// - Throws: `DeviceError` where a library refuses.
  public static func measured(workingBytes: Int) throws(DeviceError) -> ProcessorRates {
    func peak(isNarrow: Bool) throws(DeviceError) -> Double {
      var flops = 0.0
      for size in [256, 384, 512, 768, 1024] {
        let product = KernelWork.Product(m: size, n: size, k: size, isNarrow: isNarrow)
        let trial = try TrialProduct(product, .rows)
        let memory = floats(trial.bytes / 4)
        defer { memory.deallocate() }
        let seconds = try best(of: 8) { () throws(DeviceError) in try trial.run(on: memory) }
        flops = max(flops, 2 * Double(size * size * size) / seconds)
      }
      return flops
    }
    let flops = try peak(isNarrow: false)
    let narrow = max(flops, try peak(isNarrow: true))
    let count = max(1 << 10, min(workingBytes, Self.mostBytes) / 12)
    let arrays = floats(3 * count)
    defer { arrays.deallocate() }
    // Small arrays often enough that the clock doesn't count.
    let often = max(1, (1 << 22) / count)
    let sum = try best(of: 6) { () throws(DeviceError) in
      for _ in 0..<often { pk_add(arrays, arrays + count, arrays + 2 * count, count) }
    }
    let copy = try best(of: 6) { () throws(DeviceError) in
      for _ in 0..<often { (arrays + count).update(from: arrays, count: count) }
    }
    let elements = Double(count * often)
    return ProcessorRates(
      flopsPerSecond: flops, narrowFlopsPerSecond: narrow,
      bytesPerSecond: max(12 * elements / sum, 8 * elements / copy), workingBytes: workingBytes)
  }

  /// Larger than any cache.
  private static var mostBytes: Int { 256 << 20 }

  /// Seconds of a product whose operands come from the memory that kernels work in: the best of several, each
  /// of other arrays, in whichever layout is the fastest.
  ///
  /// - Parameter product: its extents.
  /// - Throws: `DeviceError` where a library refuses.
  public func coldSeconds(of product: KernelWork.Product) throws(DeviceError) -> Double {
    let layouts = try TrialProduct.Layout.allCases.map { layout throws(DeviceError) in
      try TrialProduct(product, layout)
    }
    let one = layouts[0].bytes / 4
    let copies = max(1, min(1 << 10, min(workingBytes, Self.mostBytes) / (4 * one)))
    let memory = Self.floats(copies * one)
    defer { memory.deallocate() }
    var (next, least) = (0, Double.infinity)
    // As for small arrays.
    let often = max(1, (1 << 22) / (product.m * product.n * product.k))
    for layout in layouts {
      let seconds = try Self.best(of: 3) { () throws(DeviceError) in
        for _ in 0..<often {
          try layout.run(on: memory + next * one)
          next = (next + 1) % copies
        }
      }
      least = min(least, seconds / Double(often))
    }
    return least
  }

  private static func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
    let memory = UnsafeMutablePointer<Float>.allocate(capacity: count)
    memory.initialize(repeating: 0.5, count: count)
    return memory
  }

  /// The least seconds of some trials, behind one that doesn't count.
  private static func best(
    of count: Int, _ trial: () throws(DeviceError) -> Void
  ) throws(DeviceError) -> Double {
    try trial()
    var least = Double.infinity
    for _ in 0..<count {
      let start = ContinuousClock.now
      try trial()
      least = min(least, (ContinuousClock.now - start) / .seconds(1))
    }
    return least
  }
}
