internal import PartitaDevice
internal import PartitaGraph
internal import PartitaRuntime
internal import PartitaTransport

extension Trainer {
  /// Ends all ranks alike where a number that would be saved or reported isn't finite: what the last
  /// update has made of the weights, L over the test set.
  func checkWeights(afterStep step: Int, _ epoch: EpochRecord?) throws {
    if let epoch, let loss = epoch.testLoss, !loss.isFinite {
      throw TrainingError.notFiniteTest(epoch: epoch.epoch, loss: loss)
    }
    var problem: String?
    for (name, value) in runtime.variables.sorted(by: { $0.key < $1.key }) where value.isWeight {
      let copy = UnsafeMutableRawBufferPointer.allocate(
        byteCount: value.type.bytes(samples: 0), alignment: 64)
      defer { copy.deallocate() }
      try runtime.download(name, into: copy)
      if !UnsafeRawBufferPointer(copy).isFinite("F32") {
        problem = name
        break
      }
    }
    if let failure = try transport.agree(on: problem) {
      throw TrainingError.notFiniteWeights(step: step, name: failure.message)
    }
  }
}
