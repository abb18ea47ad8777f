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
}
