internal import CKernels
internal import COneDNN

/// What one core of this processor can do at most, as measured: what kernels are held against.
public struct ProcessorRates: Sendable {
  /// Floating-point operations a second of float32 products with operands in caches, the best of some sizes.
  public let flopsPerSecond: Double
  /// Bytes a second from where the operands lie and to there, the best of a copy and a sum of two arrays.
  public let bytesPerSecond: Double
  /// Bytes of memory that kernels work in: where they fit a cache, operands come from it.
  public let workingBytes: Int

  /// Measures for about a second.
  ///
  /// - Parameter workingBytes: bytes of memory that kernels work in, as those of an arena.
  /// - Throws: `DeviceError` where a library refuses.
  public static func measured(workingBytes: Int) throws(DeviceError) -> ProcessorRates {
    var flops = 0.0
    for size in [256, 384, 512, 768, 1024] {
      let memory = floats(3 * size * size)
      let seconds = try best(of: 8) { () throws(DeviceError) in
        try multiply(
          KernelWork.Product(m: size, n: size, k: size), memory, memory + size * size,
          memory + 2 * size * size)
      }
      memory.deallocate()
      flops = max(flops, 2 * Double(size * size * size) / seconds)
    }
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
      flopsPerSecond: flops, bytesPerSecond: max(12 * elements / sum, 8 * elements / copy),
      workingBytes: workingBytes)
  }

  /// Larger than any cache.
  private static var mostBytes: Int { 256 << 20 }

  /// Seconds of a product whose operands come from the memory that kernels work in: the best of several, each
  /// of other arrays, in whichever layout is the fastest.
  ///
  /// - Parameter product: its extents.
  /// - Throws: `DeviceError` where a library refuses.
  public func coldSeconds(of product: KernelWork.Product) throws(DeviceError) -> Double {
    let (a, b, c) = (product.m * product.k, product.k * product.n, product.m * product.n)
    let one = a + b + c
    let copies = max(1, min(1 << 10, min(workingBytes, Self.mostBytes) / (4 * one)))
    let memory = Self.floats(copies * one)
    defer { memory.deallocate() }
    var (next, least) = (0, Double.infinity)
    // As for small arrays.
    let often = max(1, (1 << 22) / (product.m * product.n * product.k))
    for (first, second) in [(false, false), (false, true), (true, false)] {
      let seconds = try Self.best(of: 3) { () throws(DeviceError) in
        for _ in 0..<often {
          let start = memory + next * one
          next = (next + 1) % copies
          try Self.multiply(
            product, start, start + a, start + a + b, transposed: (first, second))
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

  private static func multiply(
    _ product: KernelWork.Product, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
    _ c: UnsafeMutablePointer<Float>, transposed: (Bool, Bool) = (false, true)
  ) throws(DeviceError) {
    var call = pd_product()
    (call.m, call.n, call.k) = (product.m, product.n, product.k)
    (call.transpose_a, call.transpose_b) = (transposed.0 ? 1 : 0, transposed.1 ? 1 : 0)
    call.lda = transposed.0 ? product.m : product.k
    call.ldb = transposed.1 ? product.k : product.n
    call.ldc = product.n
    (call.alpha, call.beta, call.batch) = (1, 0, 1)
    let status = pd_matrix_product(&call, a, b, c)
    if status != 0 { throw .library(operator: "matrix product", text: OneDNN.text(of: status)) }
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
