internal import PartitaGraph

/// Windows of a text: `context` characters to read, and the character after each to foretell.
///
/// Window i starts at `offset + i·(context + 1)`, so windows of an epoch don't overlap. While
/// training, the offset of an epoch is drawn from 0 ... context, keyed by seed and epoch: over the
/// epochs a character is foretold from every length of past. Their number is that of the largest
/// offset, the same in every epoch. Without a seed the offset is 0.
package struct TextWindows: SampleSource {
  /// The text as numbers into the vocabulary.
  let tokens: [Int32]
  let context: Int
  package let count: Int
  private let offsets: RandomStream?

  /// The most windows that fit at every offset, or `limit` of them where that is fewer.
  package init(_ tokens: [Int32], context: Int, limit: Int?, seed: UInt64?) {
    self.tokens = tokens
    self.context = context
    offsets = seed.map { RandomStream(seed: $0, name: "text windows") }
    count = Self.count(
      characters: tokens.count, context: context, moving: seed != nil, limit: limit)
  }

  /// The most windows that fit into so many characters, at every offset where they move, or
  /// `limit` where that is fewer.
  static func count(characters: Int, context: Int, moving: Bool, limit: Int?) -> Int {
    let usable = characters - (moving ? context : 0)
    return min(max(0, usable / (context + 1)), limit ?? .max)
  }

  /// Where the first window of `epoch` starts.
  package func offset(epoch: Int) -> Int {
    guard let offsets else { return 0 }
    let word = offsets.block(0, sample: UInt64(epoch), step: 0)[0]
    return RandomStream.integer(word, below: context + 1)
  }

  package func write(
    inputs samples: Span<Int>, epoch: Int, into memory: UnsafeMutableRawBufferPointer
  ) {
    write(samples, shift: 0, epoch: epoch, into: memory.bindMemory(to: Int32.self))
  }

  package func write(
    classes samples: Span<Int>, epoch: Int, into memory: UnsafeMutableBufferPointer<Int32>
  ) {
    write(samples, shift: 1, epoch: epoch, into: memory)
  }

  package func withContents(_ body: (UnsafeRawBufferPointer) -> Void) -> Bool {
    tokens.withUnsafeBytes(body)
    return true
  }

  private func write(
    _ samples: Span<Int>, shift: Int, epoch: Int, into memory: UnsafeMutableBufferPointer<Int32>
  ) {
    let first = offset(epoch: epoch) + shift
    tokens.withUnsafeBufferPointer { tokens in
      for row in 0..<samples.count {
        let start = first + samples[row] * (context + 1)
        for index in 0..<context { memory[row * context + index] = tokens[start + index] }
      }
    }
  }
}
