/// Places for values that live only within one list, found before anything runs (law 5).
///
/// Two values share memory where their lives don't meet: first fit in the order of birth.
/// Complexity: O(n²) for n values.
struct WorkspaceLayout {
  /// A value's size and the first and last step at which it is in use.
  struct Life {
    let bytes: Int
    let range: ClosedRange<Int>
  }

  /// The offset of each life, in the order given.
  let offsets: [Int]
  /// The bytes that all of them need.
  let bytes: Int

  init(_ lives: [Life]) {
    var placed: [(offset: Int, end: Int, life: Life)] = []
    var offsets = Array(repeating: 0, count: lives.count)
    for index in lives.indices.sorted(by: {
      lives[$0].range.lowerBound < lives[$1].range.lowerBound
    }) {
      let life = lives[index]
      var offset = 0
      let neighbours = placed.filter { $0.life.range.overlaps(life.range) }
        .sorted { $0.offset < $1.offset }
      for neighbour in neighbours where neighbour.offset < offset + life.bytes {
        offset = max(offset, neighbour.end)
      }
      offsets[index] = offset
      placed.append((offset, Place.aligned(offset + life.bytes), life))
    }
    self.offsets = offsets
    self.bytes = placed.map(\.end).max() ?? 0
  }
}
