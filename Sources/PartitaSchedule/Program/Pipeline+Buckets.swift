internal import PartitaPlan

extension Pipeline {
  /// Buckets of a stage that a prediction works through one by one: all others of full size are like
  /// them. So many have 256 MiB of gradients.
  package static let bucketsOnPaper = 64

  /// Elements of a stage's gradients, those at the start, of which each replica updates its share.
  package func shardedElements(ofStage stage: Int) -> Int { shardedElements?[stage] ?? 0 }

  /// The buckets of a stage's gradients, as ranges of elements.
  package func buckets(ofStage stage: Int) -> [Range<Int>] {
    GradientLayout.buckets(
      count: gradientElements[stage], shardedCount: shardedElements(ofStage: stage))
  }

  /// How many of a stage's buckets, from the first on, are updated by the replicas' shares.
  package func shardedBuckets(ofStage stage: Int) -> Int {
    let size = GradientLayout.bucketBytes / 4
    return (shardedElements(ofStage: stage) + size - 1) / size
  }

  /// The part of a bucket of a stage that one of its replicas adds up.
  package func chunk(
    _ index: Int, of replicas: Int, in bucket: Range<Int>, ofStage stage: Int
  ) -> Range<Int> {
    GradientLayout.chunk(
      index, of: replicas, in: bucket,
      isSharded: bucket.lowerBound < shardedElements(ofStage: stage))
  }

  /// Whether replicas share updates only where a plan says so, and no more than there is.
  func sharesFit(_ plan: Plan) -> Bool {
    guard let shardedElements else { return true }
    return shardedElements.count == gradientElements.count
      && shardedElements.indices.allSatisfy {
        0...gradientElements[$0] ~= shardedElements[$0]
          && (shardedElements[$0] == 0 || plan.shardsUpdate(ofStage: $0))
      }
  }

  /// The bucket of a stage before which others like it are left out on paper.
  package func middleBucket(ofStage stage: Int) -> Int {
    let sharded = shardedBuckets(ofStage: stage)
    return (sharded > 0 ? sharded : buckets(ofStage: stage).count) / 2
  }

  /// A pipeline for predictions: each stage has at most so many full buckets of gradients, or, where
  /// replicas share the update, of those that they share.
  ///
  /// - Parameter most: how many.
  /// - Returns: the pipeline, and the full buckets that each stage has more. They stand before the one
  ///   in the middle of those that are left.
  package func withBuckets(atMost most: Int) -> (pipeline: Pipeline, leftOut: [Int]) {
    let size = GradientLayout.bucketBytes / 4
    let leftOut = gradientElements.indices.map { stage in
      let sharded = shardedElements(ofStage: stage)
      return max(0, (sharded > 0 ? sharded : gradientElements[stage]) / size - most)
    }
    func shortened(_ elements: [Int]) -> [Int] {
      zip(elements, leftOut).map { $0 > 0 ? $0 - $1 * size : 0 }
    }
    let pipeline = Pipeline(
      stageCount: stageCount, edges: edges, gradientElements: shortened(gradientElements),
      shardedElements: shardedElements.map(shortened), isTraining: isTraining, layers: layers,
      recomputation: recomputation)
    return (pipeline, leftOut)
  }
}
