internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule
internal import PartitaSimulator

/// What the sum over replicas takes a stage at the least, behind its last gradient.
struct ReductionBound {
  private var elements = [0]
  private let measured: [MessageProfile.Collective]
  private let latency, secondsPerByte: Double

  /// - Parameters:
  ///   - costs: what messages cost.
  ///   - gradientElements: elements of each layer's gradients.
  init(_ costs: StepCosts, gradientElements: [Int]) {
    for count in gradientElements { elements.append(elements[elements.count - 1] + count) }
    measured = costs.measuredReductions
    latency = costs.links.map(\.latencySeconds).min() ?? 0
    secondsPerByte = costs.links.map(\.secondsPerByte).min() ?? 0
  }

  /// Seconds between a replica's last gradient and its update: of the first bucket, which is the
  /// largest, partial sums come and sums go; as measured, all buckets cost the core what they cost.
  ///
  /// More replicas don't take longer.
  func seconds(_ layers: Range<Int>, replicas: Int) -> Double {
    let count = elements[layers.upperBound] - elements[layers.lowerBound]
    guard replicas > 1, count > 0 else { return 0 }
    guard measured.isEmpty else {
      return GradientLayout.buckets(count: count).reduce(0.0) { sum, bucket in
        sum + (measured.map { $0.curve.seconds(bytes: 4 * bucket.count) }.min() ?? 0)
      }
    }
    // A chunk is the bucket's share, to a cache line.
    let bucket = min(4 * count, GradientLayout.bucketBytes)
    let chunk = max(0, bucket / replicas - 64)
    return 2 * (latency + secondsPerByte * Double(chunk))
  }
}
