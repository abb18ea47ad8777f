import PartitaData
import Testing

@Suite struct ResizingTests {
  /// A smaller image has means over areas, a larger one lines between middles; an equal one is
  /// itself.
  @Test(
    arguments: [
      ((1, 4), (1, 2), [10, 20, 40, 41], [15, 41]),
      ((1, 3), (1, 2), [0, 90, 240], [30, 190]),
      ((2, 2), (1, 1), [0, 1, 1, 1], [1]),
      ((1, 2), (1, 4), [0, 100], [0, 25, 75, 100]),
      ((2, 1), (4, 2), [0, 100], [0, 0, 25, 25, 75, 75, 100, 100]),
      ((2, 3), (2, 3), [1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6]),
      ((4, 1), (2, 2), [10, 20, 40, 41], [15, 15, 41, 41]),
      ((1, 1), (2, 3), [7], [7, 7, 7, 7, 7, 7]),
    ] as [((Int, Int), (Int, Int), [UInt8], [UInt8])])
  func pixels(from old: (Int, Int), to new: (Int, Int), plane: [UInt8], wanted: [UInt8]) {
    let resizer = PlaneResizer(
      from: ImageSize(rows: old.0, columns: old.1), to: ImageSize(rows: new.0, columns: new.1))
    #expect(resizer.resized(plane) == wanted)
  }

  /// An image of one value stays so, and none leaves the range of its neighbours.
  @Test func valuesStayInRange() {
    for old in 1...9 {
      for new in 1...20 {
        let resizer = PlaneResizer(
          from: ImageSize(rows: old, columns: 10 - old), to: ImageSize(rows: new, columns: 21 - new)
        )
        let count = old * (10 - old)
        #expect(Set(resizer.resized(Array(repeating: 255, count: count))) == [255])
        let rising = resizer.resized((0..<count).map { UInt8($0) })
        #expect(rising.count == new * (21 - new))
        #expect(rising.allSatisfy { $0 < count })
      }
    }
  }
}
