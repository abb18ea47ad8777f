public import PartitaGraph

/// Where the gradients of a stage lie, one behind the other, and how they are cut into buckets.
///
/// Every accumulator (one for each gradient group) has this layout, so a bucket is a range of
/// elements that is reduced as one, whatever tensors lie in it.
public struct GradientLayout: Hashable, Sendable {
  /// Bytes of a bucket at most: large enough for bandwidth, small enough for the caches.
  public static let bucketBytes = 4 << 20
  /// Elements that every gradient's start is a multiple of: a cache line.
  static let alignment = 16

  /// The gradients, in graph order, with the element at which each starts.
  public let offsets: [ValueID: Int]
  /// Elements of the whole layout.
  public let count: Int

  /// Lays out the gradients of a stage.
  public init(_ stage: StageGraph, in graph: Graph) {
    var offsets: [ValueID: Int] = [:]
    var count = 0
    for value in stage.contributions {
      offsets[value] = count
      let elements = graph.type(of: value).shape.count
      count += (elements + Self.alignment - 1) / Self.alignment * Self.alignment
    }
    self.offsets = offsets
    self.count = count
  }

  /// The buckets of a layout of `count` elements, as ranges of elements.
  public static func buckets(count: Int) -> [Range<Int>] {
    let size = bucketBytes / 4
    return stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
  }

  /// The part of a bucket that one of `replicas` replicas adds up, aligned like the gradients.
  public static func chunk(_ index: Int, of replicas: Int, in bucket: Range<Int>) -> Range<Int> {
    func bound(_ index: Int) -> Int {
      let lines = (bucket.count + alignment - 1) / alignment
      return min(bucket.lowerBound + lines * index / replicas * alignment, bucket.upperBound)
    }
    return bound(index)..<bound(index + 1)
  }
}
