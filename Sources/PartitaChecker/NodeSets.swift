/// Many sets of nodes in one flat array of words: bit i of a set is the node i of the file.
struct NodeSets {
  let wordsPerSet: Int
  private(set) var count = 0
  private var words: [UInt64] = []

  init(nodes: Int) { wordsPerSet = (nodes + 63) / 64 }

  /// An empty set to fill with `insert(_:into:)` and to append.
  var empty: [UInt64] { Array(repeating: 0, count: wordsPerSet) }

  static func insert(_ node: Int, into set: inout [UInt64]) { set[node >> 6] |= 1 << (node & 63) }
  static func remove(_ node: Int, from set: inout [UInt64]) {
    set[node >> 6] &= ~(1 << (node & 63))
  }
  static func contains(_ node: Int, in set: [UInt64]) -> Bool {
    set[node >> 6] >> (node & 63) & 1 == 1
  }

  mutating func append(_ set: [UInt64]) {
    words.append(contentsOf: set)
    count += 1
  }

  func contains(_ node: Int, in set: Int) -> Bool {
    words[set * wordsPerSet + node >> 6] >> (node & 63) & 1 == 1
  }

  func size(of set: Int) -> Int {
    words[set * wordsPerSet..<(set + 1) * wordsPerSet].reduce(0) { $0 + $1.nonzeroBitCount }
  }

  /// Whether all of `inner` is in `outer`.
  func isNested(_ inner: Int, in outer: Int) -> Bool {
    var a = inner * wordsPerSet
    var b = outer * wordsPerSet
    let end = a + wordsPerSet
    while a < end {
      if words[a] & ~words[b] != 0 { return false }
      a += 1
      b += 1
    }
    return true
  }

  /// The nodes of `outer` that `inner` lacks, ascending.
  func nodes(of outer: Int, without inner: Int) -> [Int] {
    var nodes: [Int] = []
    for word in 0..<wordsPerSet {
      var rest = words[outer * wordsPerSet + word] & ~words[inner * wordsPerSet + word]
      while rest != 0 {
        nodes.append(word * 64 + rest.trailingZeroBitCount)
        rest &= rest - 1
      }
    }
    return nodes
  }

  /// The same sets in canonical order: by size, and of two of one size the one with the first node
  /// that the other lacks comes first.
  func sortedCanonically() -> NodeSets {
    let sizes = (0..<count).map { size(of: $0) }
    let order = (0..<count).sorted { a, b in
      sizes[a] != sizes[b] ? sizes[a] < sizes[b] : hasFirstNode(a, against: b)
    }
    return picked(order)
  }

  /// Some of the sets, in a given order.
  func picked(_ order: [Int]) -> NodeSets {
    var sorted = self
    sorted.words.removeAll(keepingCapacity: true)
    for set in order {
      sorted.words.append(contentsOf: words[set * wordsPerSet..<(set + 1) * wordsPerSet])
    }
    sorted.count = order.count
    return sorted
  }

  private func hasFirstNode(_ a: Int, against b: Int) -> Bool {
    for word in 0..<wordsPerSet {
      let (left, right) = (words[a * wordsPerSet + word], words[b * wordsPerSet + word])
      if left != right { return left >> (left ^ right).trailingZeroBitCount & 1 == 1 }
    }
    return false
  }
}
