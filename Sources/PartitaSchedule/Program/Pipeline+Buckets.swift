extension Pipeline {
  /// Buckets of a stage that a prediction works through one by one: all others of full size are like
  /// them. So many have 256 MiB of gradients.
  package static let bucketsOnPaper = 64

  /// A pipeline for predictions: each stage has at most so many full buckets of gradients.
  ///
  /// - Parameter most: how many.
  /// - Returns: the pipeline, and the full buckets that each stage has more. They stand before the one
  ///   in the middle of those that are left.
  package func withBuckets(atMost most: Int) -> (pipeline: Pipeline, leftOut: [Int]) {
    let size = GradientLayout.bucketBytes / 4
    let leftOut = gradientElements.map { max(0, $0 / size - most) }
    let pipeline = Pipeline(
      stageCount: stageCount, edges: edges,
      gradientElements: zip(gradientElements, leftOut).map { $0 - $1 * size },
      isTraining: isTraining, layers: layers, recomputation: recomputation)
    return (pipeline, leftOut)
  }
}
