package import PartitaDevice
package import PartitaGraph
package import PartitaTransport

/// Runs real training steps of a model on one rank, list by list, and times each list.
///
/// Data, order, accumulation and update are those of a step of a single stage, so that caches are
/// as a step leaves them.
package protocol LayerTiming: AnyObject {
  /// The sizes of microbatches that are timed.
  var sizes: [Int] { get }
  /// The gradient groups of a step.
  var groups: Int { get }
  /// The number of layers that variables are filled for.
  var fillingLayers: Int { get }

  /// Gives a parameter a value, exactly the bytes of its type.
  func upload(_ source: UnsafeRawBufferPointer, to parameter: ValueID) throws(DeviceError)
  /// Sets the number of the steps to come, which keys their random numbers.
  func set(step: Int)
  /// Sets a number that the updates of the steps to come read.
  func set(_ setting: Setting, to number: Double)

  /// Performs a step on the feeder's current batch, and times its parts.
  ///
  /// - Parameters:
  ///   - cut: which lists are timed.
  ///   - samples: the size of all its microbatches, one of `sizes`.
  func step(cut: LayerPieces.Cut, samples: Int) throws -> StepSeconds
  /// Seconds of a call that runs no kernel.
  func actionSeconds(repeats: Int) throws -> [Double]
}

/// Prepares to time a model's layers on a device.
///
/// - Parameters:
///   - staged: the model, a stage for each layer.
///   - sizes: the sizes of microbatches, ascending.
///   - microbatches: how many of them a step has.
///   - groups: the gradient groups, at most as many.
///   - transport: the ranks that the step's exchange is timed with.
///   - feeder: who fills inputs and labels.
package func makeLayerTimer(
  _ staged: StagedModel, sizes: [Int], microbatches: Int, groups: Int, device: any Device,
  transport: any Transport, feeder: any BatchFeeder
) throws(DeviceError) -> any LayerTiming {
  func timer<D: Device>(on device: D) throws(DeviceError) -> any LayerTiming {
    try LayerTimer(
      staged, sizes: sizes, microbatches: microbatches, groups: groups, device: device,
      transport: transport, feeder: feeder)
  }
  return try timer(on: device)
}
