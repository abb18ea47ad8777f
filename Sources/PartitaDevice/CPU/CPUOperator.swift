internal import PartitaGraph

/// An operator that the CPU device has a kernel for.
///
/// Conformances stand in `Kernels`, by the family of operators. A kernel writes all of its
/// results; sums over samples (`Graph.isSumOverSamples`) obey `CPURun.accumulates`.
protocol CPUOperator {
  /// Creates whatever the kernel needs for these types and says how much scratch it wants.
  func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared
}

/// What a kernel is made for: one node at one number of samples.
struct CPUCall {
  /// The operator's name, for errors.
  let name: String
  /// The layer's name, for errors.
  let layer: String?
  let inputs: [ValueType]
  let outputs: [ValueType]
  /// Entries of what is per-sample; 1 where nothing is.
  let samples: Int

  /// Elements of an operand or a result.
  func count(_ type: ValueType) -> Int { type.count(samples: samples) }
  /// Rows of a value whose innermost axis is a row.
  func rows(_ type: ValueType) -> Int { (type.isPerSample ? samples : 1) * type.shape.rows }

  /// Whether results are added to what is there: only sums over samples ever are.
  func accumulate(_ run: CPURun) -> Int32 {
    run.accumulates && !outputs[0].isPerSample && inputs.contains { $0.isPerSample } ? 1 : 0
  }

  /// Refuses Float64 operands, on behalf of kernels that would take them for floats.
  func expectNoDoubles() throws(DeviceError) {
    if let type = inputs.first(where: { $0.element == .float64 }) {
      throw .unsupported(operator: "\(name) of \(type)", device: "CPU")
    }
  }

  /// The error for a status of the C kernels, thrown where it isn't 0.
  func check(_ status: Int32, limit: Int) throws(DeviceError) {
    if status != 0 { throw .indexOutOfRange(operator: name, layer: layer, limit: limit) }
  }
}

/// A kernel that only lacks its operands' places.
struct CPUPrepared {
  /// Bytes that it wants for itself while it runs.
  let scratchBytes: Int
  /// Makes the kernel.
  let bind: (CPUOperands) -> CPUKernel

  init(scratchBytes: Int = 0, bind: @escaping (CPUOperands) -> CPUKernel) {
    self.scratchBytes = scratchBytes
    self.bind = bind
  }
}

/// Where a node's values lie.
struct CPUOperands {
  let inputs: [Place]
  let outputs: [Place]
  let scratch: Place
}
