public import PartitaGraph

/// Where the gradients of a stage lie, one behind the other, and how they are cut into buckets.
///
/// Every accumulator (one for each gradient group) has this layout, so a bucket is a range of
/// elements that is reduced as one, whatever tensors lie in it.
///
/// Where replicas share the update, the gradients by which it is cut come first, in lines of
/// `SquaredNorm.blockSize` elements: one that doesn't lie in one line begins with one, so a border between
/// lines cuts a tensor between the blocks of its norm, or not at all.
public struct GradientLayout: Hashable, Sendable {
  /// Bytes of a bucket at most: large enough for bandwidth, small enough for the caches.
  public static let bucketBytes = 4 << 20
  /// Elements that every gradient's start is a multiple of: a cache line.
  static let alignment = 16
  /// Elements of a line, at whose borders an update is cut; a bucket has a whole number of them.
  static let line = SquaredNorm.blockSize

  /// A gradient that has a place.
  struct Entry: Hashable {
    let value: ValueID
    let elements: Int
    /// Whether an update is cut as it is.
    let isSharded: Bool
  }

  /// The gradients, in graph order, with the element at which each starts.
  public let offsets: [ValueID: Int]
  /// Elements of the whole layout.
  public let count: Int
  /// Of them, those at the start that each replica has its share of alone.
  public let shardedCount: Int
  /// Elements before the end of those that lie between two gradients, and are nobody's.
  public let gaps: [Range<Int>]

  /// Lays out the gradients of a stage.
  ///
  /// - Parameters:
  ///   - stage: whose gradients.
  ///   - graph: the model's.
  ///   - updates: the updates that replicas share.
  public init(_ stage: StageGraph, in graph: Graph, sharing updates: [SliceableUpdate] = []) {
    self.init(Self.entries(stage, in: graph, sharing: updates))
  }

  static func entries(
    _ stage: StageGraph, in graph: Graph, sharing updates: [SliceableUpdate]
  ) -> [Entry] {
    let shared = Set(updates.map(\.gradient))
    return stage.contributions.map {
      Entry(
        value: $0, elements: graph.type(of: $0).shape.count, isSharded: shared.contains($0))
    }
  }

  init(_ entries: [Entry]) {
    let shared = Lines(entries.filter(\.isSharded).sorted { $0.value < $1.value })
    (shardedCount, gaps) = (shared.count, shared.gaps)
    var (offsets, count) = (shared.offsets, shared.count)
    for entry in entries where !entry.isSharded {
      offsets[entry.value] = count
      count += Self.aligned(entry.elements)
    }
    self.offsets = offsets
    self.count = count
  }

  /// Gradients in lines: large ones first, each from the start of a line, then small ones in the rests of
  /// their last lines, and in lines of their own where there is no room.
  private struct Lines {
    private(set) var offsets: [ValueID: Int] = [:]
    private(set) var count = 0
    private(set) var gaps: [Range<Int>] = []

    /// Complexity: O(entries).
    init(_ entries: [Entry]) {
      var rests: [Range<Int>] = []
      func append(_ entry: Entry) {
        offsets[entry.value] = count
        let end = count + GradientLayout.aligned(entry.elements)
        count = (end + GradientLayout.line - 1) / GradientLayout.line * GradientLayout.line
        rests.append(end..<count)
      }
      for entry in entries where entry.elements > GradientLayout.line { append(entry) }
      var next = 0
      for entry in entries where entry.elements <= GradientLayout.line {
        let elements = GradientLayout.aligned(entry.elements)
        while next < rests.count, rests[next].count < elements { next += 1 }
        guard next < rests.count else {
          append(entry)
          continue
        }
        offsets[entry.value] = rests[next].lowerBound
        rests[next] = rests[next].lowerBound + elements..<rests[next].upperBound
      }
      // What lies behind the last gradient belongs to nobody.
      if let last = rests.popLast() { count = last.lowerBound }
      gaps = rests.filter { !$0.isEmpty }
    }
  }

  /// A number of elements, rounded up to the alignment.
  private static func aligned(_ elements: Int) -> Int {
    (elements + alignment - 1) / alignment * alignment
  }

  /// The buckets of a layout, as ranges of elements: of what replicas share first, if there is any.
  ///
  /// - Parameters:
  ///   - count: elements of the layout.
  ///   - shardedCount: of them, those at the start that replicas share.
  public static func buckets(count: Int, shardedCount: Int = 0) -> [Range<Int>] {
    let size = bucketBytes / 4
    return [0..<shardedCount, shardedCount..<count].flatMap { part in
      stride(from: part.lowerBound, to: part.upperBound, by: size).map {
        $0..<min($0 + size, part.upperBound)
      }
    }
  }

  /// The part of a bucket that one of `replicas` replicas adds up, aligned like the gradients, or a
  /// number of whole lines where it updates that part alone.
  public static func chunk(
    _ index: Int, of replicas: Int, in bucket: Range<Int>, isSharded: Bool = false
  ) -> Range<Int> {
    let size = isSharded ? line : alignment
    func bound(_ index: Int) -> Int {
      let lines = (bucket.count + size - 1) / size
      return min(bucket.lowerBound + lines * index / replicas * size, bucket.upperBound)
    }
    return bound(index)..<bound(index + 1)
  }

  /// What one of `replicas` replicas updates, as ranges of the layout, ascending.
  public func shares(ofReplica index: Int, of replicas: Int) -> [Range<Int>] {
    Self.buckets(count: shardedCount, shardedCount: shardedCount).map {
      Self.chunk(index, of: replicas, in: $0, isSharded: true)
    }.filter { !$0.isEmpty }
  }
}
