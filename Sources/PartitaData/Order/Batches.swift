/// How a pass over samples is cut into batches, and a batch into microbatches.
///
/// A batch is cut in order into slices of ceil(batch / microbatches) samples. The last batch of an
/// epoch may be smaller; it fills the first slices, and empty ones contribute nothing.
public struct Batches: Hashable, Sendable {
  /// Samples of an epoch.
  public let samples: Int
  /// Samples of a full batch.
  public let batch: Int
  /// Slices of a batch.
  public let microbatches: Int

  /// Batches of any number of samples, such as those to test on.
  public init(samples: Int, batch: Int, microbatches: Int) {
    precondition(samples >= 0 && batch >= 1 && microbatches >= 1)
    self.samples = samples
    self.batch = batch
    self.microbatches = microbatches
  }

  /// Batches to train by, none larger than the data.
  /// - Throws: `DataError.batchTooLarge`.
  public static func training(
    samples: Int, batch: Int, microbatches: Int
  ) throws(DataError) -> Batches {
    guard batch <= samples else { throw .batchTooLarge(batch: batch, samples: samples) }
    return Batches(samples: samples, batch: batch, microbatches: microbatches)
  }

  /// Batches of an epoch, the ragged one included.
  public var batchCount: Int { (samples + batch - 1) / batch }

  /// Samples of the last batch where it is smaller than the others, else nil.
  public var raggedBatch: Int? {
    let rest = samples % batch
    return rest == 0 ? nil : rest
  }

  /// The sizes of batches that occur: the full one, if there is one, then the ragged one.
  public var batchSizes: [Int] {
    (samples >= batch ? [batch] : []) + (raggedBatch.map { [$0] } ?? [])
  }

  /// Samples of a slice that is full.
  public var sliceSize: Int { (batch + microbatches - 1) / microbatches }

  /// The places in the epoch's order that batch `index`, counted from 0, takes.
  public func range(ofBatch index: Int) -> Range<Int> {
    index * batch..<min((index + 1) * batch, samples)
  }

  /// The places in a batch of `size` samples that microbatch `index` takes; empty past its end.
  public func slice(_ index: Int, ofBatchOf size: Int) -> Range<Int> {
    min(index * sliceSize, size)..<min((index + 1) * sliceSize, size)
  }

  /// The number of samples of each microbatch of a batch of `size` samples.
  public func sliceSizes(ofBatchOf size: Int) -> [Int] {
    (0..<microbatches).map { slice($0, ofBatchOf: size).count }
  }
}
