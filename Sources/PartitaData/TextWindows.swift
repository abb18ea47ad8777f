internal import PartitaFiles
import PartitaGraph

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

extension Dataset {
  /// The characters of a file: the first 90 % to train, the rest to test.
  ///
  /// Characters are the Unicode scalars of UTF-8 text, or single bytes where the file is no UTF-8;
  /// the vocabulary is those that occur, by their numbers.
  static func text(
    _ config: TextDataConfig, loss: LossKind, seed: UInt64
  ) throws(DataError) -> Dataset {
    let text = try Text(config.path)
    let description = try DataDescription.text(text, config, loss: loss)
    let numbers = Dictionary(uniqueKeysWithValues: zip(text.vocabulary.sorted(), Int32(0)...))
    let tokens = text.characters.compactMap { numbers[$0] }
    return Dataset(
      name: "text", input: description.input, labels: [config.context],
      classes: description.classes, loss: loss,
      train: TextWindows(
        Array(tokens[..<text.border]), context: config.context, limit: config.trainSamples,
        seed: seed),
      test: TextWindows(
        Array(tokens[text.border...]), context: config.context, limit: config.testSamples,
        seed: nil))
  }
}

extension DataDescription {
  /// What the characters of a file look like: it reads them to know the vocabulary.
  static func text(
    _ config: TextDataConfig, loss: LossKind
  ) throws(DataError) -> DataDescription {
    try .text(Text(config.path), config, loss: loss)
  }

  fileprivate static func text(
    _ text: Text, _ config: TextDataConfig, loss: LossKind
  ) throws(DataError) -> DataDescription {
    let count = text.characters.count
    let train = TextWindows.count(
      characters: text.border, context: config.context, moving: true, limit: config.trainSamples)
    let test = TextWindows.count(
      characters: count - text.border, context: config.context, moving: false,
      limit: config.testSamples)
    guard train > 0, test > 0 else {
      throw .textTooShort(
        file: config.path, characters: count, context: config.context,
        needed: shortestText(context: config.context))
    }
    return DataDescription(
      input: SampleType(shape: [config.context], element: .int32), labels: [config.context],
      classes: text.vocabulary.count, loss: loss, trainCount: train, testCount: test)
  }

  /// The fewest characters that leave a window of each part: 2·context + 1 of the 90 % and
  /// context + 1 of the rest.
  private static func shortestText(context: Int) -> Int {
    var length = 10 * context
    while length * 9 / 10 < 2 * context + 1 || length - length * 9 / 10 < context + 1 {
      length += 1
    }
    return length
  }
}

/// The characters of a file and which of them there are.
private struct Text {
  let characters: [UInt32]
  let vocabulary: Set<UInt32>

  /// The first character to test on.
  var border: Int { characters.count * 9 / 10 }

  init(_ path: String) throws(DataError) {
    let bytes: [UInt8]
    do { bytes = try readFile(path) } catch { throw .file(error) }
    characters =
      String(validating: bytes, as: UTF8.self).map { $0.unicodeScalars.map(\.value) }
      ?? bytes.map { UInt32($0) }
    vocabulary = Set(characters)
  }
}
