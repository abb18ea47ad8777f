/// Prefixes of a graph: sets of nodes that hold, with a node, all that it reads. They are what lies
/// before a stage border.
///
/// Sets are rows of bits, one for each node in file order, in one array: swift-collections' `BitSet`, an
/// allocation a row, takes twice as long to compare two of 300 nodes, and 20 times to look for a node.
struct PrefixPool {
  /// The words of a row.
  let words: Int
  /// All rows, one behind the other.
  private(set) var bits: [UInt64] = []
  /// Whether each row holds all rows before it.
  private(set) var isChain = true

  /// No prefixes yet, of a graph of so many nodes.
  init(nodeCount: Int) { words = max(1, (nodeCount + 63) / 64) }

  /// The number of prefixes.
  var count: Int { bits.count / words }

  /// Adds a set of nodes.
  mutating func append(_ row: [UInt64]) {
    let last = count - 1
    if isChain, last >= 0 {
      for word in 0..<words where bits[last * words + word] & ~row[word] != 0 { isChain = false }
    }
    bits.append(contentsOf: row)
  }

  /// Whether a prefix holds a node.
  func contains(_ row: Int, _ node: Int) -> Bool {
    bits[row * words + node >> 6] >> UInt64(node & 63) & 1 == 1
  }

  /// Whether all nodes of one prefix are in another.
  @inline(__always)
  func isNested(_ row: Int, in other: Int) -> Bool {
    if isChain, row <= other { return true }
    for word in 0..<words where bits[row * words + word] & ~bits[other * words + word] != 0 {
      return false
    }
    return true
  }

  /// Calls `body` with each node of a prefix, ascending.
  @inline(__always)
  func forEachNode(of row: Int, _ body: (Int) -> Void) {
    for word in 0..<words {
      var rest = bits[row * words + word]
      while rest != 0 {
        body(word * 64 + rest.trailingZeroBitCount)
        rest &= rest - 1
      }
    }
  }

  /// How many nodes a prefix has.
  func size(_ row: Int) -> Int {
    (0..<words).reduce(0) { $0 + bits[row * words + $1].nonzeroBitCount }
  }

  /// The nodes of a prefix, ascending.
  func nodes(of row: Int) -> [Int] {
    var nodes: [Int] = []
    forEachNode(of: row) { nodes.append($0) }
    return nodes
  }

  /// The nodes of `outer` that `inner` lacks, ascending.
  func nodes(of outer: Int, without inner: Int) -> [Int] {
    var nodes: [Int] = []
    for word in 0..<words {
      var rest = bits[outer * words + word] & ~bits[inner * words + word]
      while rest != 0 {
        nodes.append(word * 64 + rest.trailingZeroBitCount)
        rest &= rest - 1
      }
    }
    return nodes
  }

  /// Whether a prefix comes before another of the same size: it has the first node that only one of
  /// them has.
  func comesFirst(_ row: Int, _ other: Int) -> Bool {
    for word in 0..<words {
      let (mine, its) = (bits[row * words + word], bits[other * words + word])
      let different = mine ^ its
      if different != 0 { return mine & (different & (~different &+ 1)) != 0 }
    }
    return false
  }

  /// The rows in canonical order: by size, then by `comesFirst`.
  func canonicalOrder() -> [Int] {
    let sizes = (0..<count).map(size)
    return (0..<count).sorted {
      sizes[$0] != sizes[$1] ? sizes[$0] < sizes[$1] : comesFirst($0, $1)
    }
  }

  /// The rows that stand at some places, in that order.
  func picking(_ rows: [Int]) -> PrefixPool {
    var pool = self
    pool.bits = []
    pool.isChain = isChain && zip(rows, rows.dropFirst()).allSatisfy { $0 <= $1 }
    pool.bits.reserveCapacity(rows.count * words)
    for row in rows { pool.bits.append(contentsOf: bits[row * words..<(row + 1) * words]) }
    return pool
  }
}
