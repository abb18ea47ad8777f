import PartitaData
import Testing

extension Snippets {
  @Test func data() {
    // snippet
    let batches = Batches(samples: 10, batch: 4, microbatches: 2)
    print((0..<batches.batchCount).map(batches.range(ofBatch:)))  // 0..<4, 4..<8, 8..<10
    print(batches.sliceSizes(ofBatchOf: 2))  // [2, 0]

    // The order of samples is a function of seed and epoch, the same on every rank.
    let order = EpochOrder(seed: 7).order(epoch: 1, count: 10)
    let first = order[batches.range(ofBatch: 0)]
    // end
    #expect((0..<batches.batchCount).map(batches.range(ofBatch:)) == [0..<4, 4..<8, 8..<10])
    #expect(batches.sliceSizes(ofBatchOf: 2) == [2, 0])
    #expect(first.count == 4 && order.sorted() == Array(0..<10))
    #expect(EpochOrder(seed: 7).order(epoch: 1, count: 10) == order)
  }
}
