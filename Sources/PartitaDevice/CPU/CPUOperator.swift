public import PartitaGraph

/// An operator that the CPU device has a kernel for.
///
/// The device's own conformances stand in `Kernels`, by the family of operators. An operator of
/// another package conforms in the same way:
///
///     extension Square: CPUOperator {
///       func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
///         let count = call.count(call.outputs[0])
///         return CPUPrepared { operands in
///           { (run) throws(DeviceError) in
///             let (x, y) = (run.floats(operands.inputs[0]), run.floats(operands.outputs[0]))
///             for index in 0..<count { y[index] = x[index] * x[index] }
///           }
///         }
///       }
///     }
///
/// Without a kernel, an operator is run as what it decomposes into.
///
/// What a kernel must keep:
/// - It writes all of its results, but for sums over samples (results that are shared while an
///   operand is per-sample): to those it adds where `CPUCall.accumulates(in:)` says so.
/// - Its bits depend on the operator, the types and the operands alone, and those of a sample on
///   this sample alone: then every cut of the model, and of the batch, gives the same (law 2). Batch
///   norm alone reads the other samples of a microbatch.
/// - It allocates nothing (law 5): what it needs for itself is asked for as scratch.
public protocol CPUOperator: Operator {
  /// Creates whatever the kernel needs for these types, and says how much scratch it wants.
  ///
  /// It is called once for each number of samples, before the first step.
  /// - Throws: `DeviceError.unsupported` for types that the kernel can't take.
  func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared
}

/// What a kernel is made for: one node at one number of samples.
///
/// Values are contiguous and row-major; the axis of samples, where there is one, is the outermost.
public struct CPUCall {
  /// The operator's name, for errors.
  public let name: String
  /// The layer's name, for errors.
  public let layer: String?
  /// The operands' types, without the axis of samples.
  public let inputs: [ValueType]
  /// The results' types, without the axis of samples.
  public let outputs: [ValueType]
  /// Entries of what is per-sample; 1 where nothing is.
  public let samples: Int

  /// Elements of an operand or a result, all samples together.
  public func count(_ type: ValueType) -> Int { type.count(samples: samples) }
  /// Rows of a value whose innermost axis is a row, all samples together.
  public func rows(_ type: ValueType) -> Int {
    (type.isPerSample ? samples : 1) * type.shape.rows
  }

  /// Whether the first result is added to what is there: only sums over samples ever are.
  public func accumulates(in run: CPURun) -> Bool {
    run.accumulates && !outputs[0].isPerSample && inputs.contains { $0.isPerSample }
  }

  /// The same for C: 1 or 0.
  func accumulate(_ run: CPURun) -> Int32 { accumulates(in: run) ? 1 : 0 }

  /// Refuses Float64 and bfloat16 operands, on behalf of kernels that would take them for floats.
  func expectFloats() throws(DeviceError) {
    if let type = inputs.first(where: { $0.element == .float64 || $0.element == .bfloat16 }) {
      throw .unsupported(operator: "\(name) of \(type)", device: "CPU")
    }
  }

  /// The error for a status of the C kernels, thrown where it isn't 0.
  func check(_ status: Int32, limit: Int) throws(DeviceError) {
    if status != 0 { throw .indexOutOfRange(operator: name, layer: layer, limit: limit) }
  }
}

/// A kernel that only lacks its operands' places.
public struct CPUPrepared {
  let scratchBytes: Int
  let bind: (CPUOperands) -> CPUKernel

  /// All that depends on types and samples alone is done before; `bind` happens once a list.
  ///
  /// - Parameters:
  ///   - scratchBytes: bytes that it wants for itself while it runs; they begin at
  ///     `CPUOperands.scratch`, aligned to 64.
  ///   - bind: makes the kernel for operands that lie somewhere.
  public init(scratchBytes: Int = 0, bind: @escaping (CPUOperands) -> CPUKernel) {
    self.scratchBytes = scratchBytes
    self.bind = bind
  }
}

/// Where a node's values lie.
public struct CPUOperands {
  /// The operands, in their order.
  public let inputs: [Place]
  /// The results, in their order.
  public let outputs: [Place]
  /// The scratch that the kernel asked for.
  public let scratch: Place
}

/// A kernel with everything bound but the regions' addresses; called once for each microbatch.
public typealias CPUKernel = (CPURun) throws(DeviceError) -> Void

/// What a kernel is told when it runs: where regions lie this time.
public struct CPURun {
  /// The address of each region, by `Region.rawValue`.
  let bases: UnsafePointer<UnsafeMutableRawPointer>
  /// Whether sums over samples are added to what is there; see `CPUCall.accumulates(in:)`.
  public let accumulates: Bool

  /// The floats at a place.
  public func floats(_ place: Place) -> UnsafeMutablePointer<Float> { pointer(place) }

  /// The bfloat16 at a place, as their bits.
  public func halves(_ place: Place) -> UnsafeMutablePointer<UInt16> { pointer(place) }

  /// The 32-bit integers at a place.
  public func integers(_ place: Place) -> UnsafeMutablePointer<Int32> { pointer(place) }

  /// The doubles at a place: every shared scalar is one.
  public func doubles(_ place: Place) -> UnsafeMutablePointer<Double> { pointer(place) }

  /// The memory at a place.
  public func raw(_ place: Place) -> UnsafeMutableRawPointer {
    bases[place.region.rawValue] + place.offset
  }

  private func pointer<Element>(_ place: Place) -> UnsafeMutablePointer<Element> {
    raw(place).assumingMemoryBound(to: Element.self)
  }
}
