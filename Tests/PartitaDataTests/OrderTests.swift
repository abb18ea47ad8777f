import PartitaData
import Testing

@Suite struct OrderTests {
  @Test func everyEpochVisitsEverySampleOnce() {
    let order = EpochOrder(seed: 0)
    for count in [0, 1, 2, 3, 1500] {
      #expect(order.order(epoch: 4, count: count).sorted() == Array(0..<count))
    }
  }

  @Test func seedAndEpochDecide() {
    let order = EpochOrder(seed: 1)
    #expect(order.order(epoch: 0, count: 50) == EpochOrder(seed: 1).order(epoch: 0, count: 50))
    #expect(order.order(epoch: 0, count: 50) != order.order(epoch: 1, count: 50))
    #expect(order.order(epoch: 0, count: 50) != EpochOrder(seed: 2).order(epoch: 0, count: 50))
  }

  @Test func whatWasInTheArrayDoesNotMatter() {
    var order = EpochOrder(seed: 1).order(epoch: 8, count: 50)
    EpochOrder(seed: 1).write(epoch: 2, into: &order)
    #expect(order == EpochOrder(seed: 1).order(epoch: 2, count: 50))
  }

  /// All 24 orders of four come up about equally often: chi-squared, 23 degrees of freedom.
  @Test func ordersAreUniform() {
    let order = EpochOrder(seed: 9)
    var counts: [[Int]: Int] = [:]
    let epochs = 24_000
    for epoch in 0..<epochs { counts[order.order(epoch: epoch, count: 4), default: 0] += 1 }
    let expected = Double(epochs) / 24
    let chiSquared = counts.values.reduce(0) { sum, count in
      sum + (Double(count) - expected) * (Double(count) - expected) / expected
    }
    #expect(counts.count == 24)
    #expect(chiSquared < 50)
  }
}

@Suite struct BatchesTests {
  /// All up to these sizes: batches cover the epoch, slices cover their batch, in order, each of
  /// ceil(batch / microbatches) samples until the batch is used up.
  @Test func allSmallBatches() {
    for samples in 0...14 {
      for batch in 1...9 {
        for microbatches in 1...11 {
          check(Batches(samples: samples, batch: batch, microbatches: microbatches))
        }
      }
    }
  }

  private func check(_ batches: Batches) {
    var next = 0
    var sizes: Set<Int> = []
    for index in 0..<batches.batchCount {
      let range = batches.range(ofBatch: index)
      #expect(range.lowerBound == next)
      #expect(!range.isEmpty)
      next = range.upperBound
      sizes.insert(range.count)
    }
    #expect(next == batches.samples)
    #expect(Set(batches.batchSizes) == sizes)
    #expect(batches.raggedBatch == sizes.first { $0 < batches.batch })
    for size in 0...batches.batch {
      let slices = batches.sliceSizes(ofBatchOf: size)
      let ceiling = Int((Double(batches.batch) / Double(batches.microbatches)).rounded(.up))
      #expect(slices.count == batches.microbatches)
      #expect(slices.reduce(0, +) == size)
      var rest = size
      for (index, slice) in slices.enumerated() {
        #expect(slice == min(ceiling, rest))
        let range = batches.slice(index, ofBatchOf: size)
        #expect(range == (size - rest)..<(size - rest + slice))
        rest -= slice
      }
    }
  }

  @Test func aBatchLargerThanTheDataIsRefused() throws {
    #expect(try Batches.training(samples: 65, batch: 65, microbatches: 1).batchCount == 1)
    let error = #expect(throws: DataError.self) {
      try Batches.training(samples: 64, batch: 65, microbatches: 1)
    }
    #expect(
      error?.description
        == "training.batch: a batch of 65 is larger than the training data, 64 samples; "
        + "take 64 or less")
  }
}
