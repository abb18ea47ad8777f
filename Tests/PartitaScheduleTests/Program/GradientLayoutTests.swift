import PartitaGraph
import PartitaPlan
import PartitaSchedule
import TestModels
import TestSchedules
import Testing

/// Gradients lie one behind the other, aligned; buckets and chunks cut them without gap or overlap.
@Suite struct GradientLayoutTests {
  @Test(arguments: [TestModel.mlp, .tiedGPT, .tiedLinear, .skip, .lenet])
  func gradientsAreAlignedAndApart(_ model: TestModel) throws {
    let graph = try model.training()
    for count in 1...3 {
      let plan = try Plans.even(
        Array(repeating: 1, count: count), layers: model.layers.count, groups: 1)
      let staged = try StagedModel(
        graph, stageOfLayer: plan.stageOfLayer, stageCount: count)
      for stage in staged.stages {
        let layout = GradientLayout(stage, in: graph.graph)
        #expect(Set(layout.offsets.keys) == Set(stage.contributions))
        var next = 0
        for value in stage.contributions {
          let offset = try #require(layout.offsets[value])
          #expect(offset % 16 == 0 && offset >= next && offset < next + 16)
          next = offset + graph.graph.type(of: value).shape.count
        }
        #expect(layout.count >= next && layout.count < next + 16 && layout.count % 16 == 0)
        #expect(
          GradientLayout.buckets(count: layout.count).map(\.count).reduce(0, +) == layout.count)
      }
    }
  }

  /// More gradients than a bucket holds.
  @Test func bucketsPartitionTheLayout() throws {
    let wide = TestModel(
      "wide", .mlp(widths: [1500, 1600, 700], activation: .relu), input: .perSample([1500]),
      classes: 700)
    let graph = try wide.training()
    let staged = try StagedModel(graph, stageOfLayer: [0, 0], stageCount: 1)
    let layout = GradientLayout(staged.stages[0], in: graph.graph)
    let buckets = GradientLayout.buckets(count: layout.count)
    #expect(buckets.count == 4)
    #expect(buckets.first?.lowerBound == 0 && buckets.last?.upperBound == layout.count)
    for (bucket, next) in zip(buckets, buckets.dropFirst()) {
      #expect(bucket.upperBound == next.lowerBound)
      #expect(bucket.count * 4 == GradientLayout.bucketBytes)
    }
  }

  @Test(arguments: [0..<16, 0..<48, 64..<1024, 4096..<4096 + 17 * 16])
  func chunksPartitionABucket(_ bucket: Range<Int>) {
    for replicas in 1...8 {
      let chunks = (0..<replicas).map { GradientLayout.chunk($0, of: replicas, in: bucket) }
      #expect(chunks.first?.lowerBound == bucket.lowerBound)
      #expect(chunks.last?.upperBound == bucket.upperBound)
      for (chunk, next) in zip(chunks, chunks.dropFirst()) {
        #expect(chunk.upperBound == next.lowerBound)
      }
      for chunk in chunks { #expect(chunk.lowerBound % 16 == 0) }
      let sizes = chunks.map(\.count)
      #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 16)
    }
  }

  /// Law 2: where an update is cut, every norm is cut between two of its blocks.
  @Test(arguments: [TestModel.mlp, .tiedGPT, .tiedLinear, .skip, .lenet, .batchNorm, .digits])
  func sharesAreCutBetweenBlocks(_ model: TestModel) throws {
    let graph = try model.training()
    let staged = try StagedModel(
      graph, stageOfLayer: model.layers.map { _ in 0 }, stageCount: 1)
    let updates = staged.sliceableUpdates(ofStage: 0)
    let layout = GradientLayout(staged.stages[0], in: graph.graph, sharing: updates)
    #expect(!updates.isEmpty && Set(layout.offsets.keys) == Set(staged.stages[0].contributions))
    let buckets = GradientLayout.buckets(count: layout.count, shardedCount: layout.shardedCount)
    #expect(buckets.map(\.count).reduce(0, +) == layout.count)
    #expect(buckets.contains { $0.upperBound == layout.shardedCount })
    for replicas in 1...5 {
      let shares = (0..<replicas).flatMap { layout.shares(ofReplica: $0, of: replicas) }
        .sorted { $0.lowerBound < $1.lowerBound }
      #expect(shares.first?.lowerBound == 0 && shares.last?.upperBound == layout.shardedCount)
      for (share, next) in zip(shares, shares.dropFirst()) {
        #expect(share.upperBound == next.lowerBound)
        for update in updates {
          let start = try #require(layout.offsets[update.gradient])
          let border = next.lowerBound - start
          #expect(border <= 0 || border >= update.count || border % SquaredNorm.blockSize == 0)
        }
      }
    }
    for update in updates {
      let end = try #require(layout.offsets[update.gradient]) + update.count
      #expect(end <= layout.shardedCount)
    }
  }
}
