import PartitaGraph

/// Windows of a text: `context` characters to read, and the character after each to foretell.
///
/// Window i starts at `offset + i·(context + 1)`, so windows of an epoch don't overlap. While
/// training, the offset of an epoch is drawn from 0 ... context, keyed by seed and epoch: over the
/// epochs a character is foretold from every length of past. Their number is that of the largest
/// offset, the same in every epoch. Without a seed the offset is 0.
struct TextWindows: SampleSource {
  /// The text as numbers into the vocabulary.
  let tokens: [Int32]
  let context: Int
  let count: Int
  private let offsets: RandomStream?

  /// The most windows that fit at every offset, or `limit` of them where that is fewer.
  init(_ tokens: [Int32], context: Int, limit: Int?, seed: UInt64?) {
    self.tokens = tokens
    self.context = context
    offsets = seed.map { RandomStream(seed: $0, name: "text windows") }
    let usable = tokens.count - (offsets == nil ? 0 : context)
    count = min(max(0, usable / (context + 1)), limit ?? .max)
  }

  /// Where the first window of `epoch` starts.
  func offset(epoch: Int) -> Int {
    guard let offsets else { return 0 }
    let word = offsets.block(0, sample: UInt64(epoch), step: 0)[0]
    return RandomStream.integer(word, below: context + 1)
  }

  func write(
    inputs samples: Span<Int>, epoch: Int, into memory: UnsafeMutableRawBufferPointer
  ) {
    write(samples, shift: 0, epoch: epoch, into: memory.bindMemory(to: Int32.self))
  }

  func write(
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
    _ config: TextDataConfig, loss: ObjectiveConfig.Loss, seed: UInt64
  ) throws(DataError) -> Dataset {
    let bytes: [UInt8]
    do { bytes = try readFile(config.path) } catch { throw .file(error) }
    let characters =
      String(validating: bytes, as: UTF8.self).map { $0.unicodeScalars.map(\.value) }
      ?? bytes.map { UInt32($0) }
    let vocabulary = Set(characters).sorted()
    let numbers = Dictionary(uniqueKeysWithValues: zip(vocabulary, Int32(0)...))
    let tokens = characters.compactMap { numbers[$0] }

    let border = tokens.count * 9 / 10
    let train = TextWindows(
      Array(tokens[..<border]), context: config.context, limit: config.trainSamples, seed: seed)
    let test = TextWindows(
      Array(tokens[border...]), context: config.context, limit: config.testSamples, seed: nil)
    guard train.count > 0, test.count > 0 else {
      throw .textTooShort(
        file: config.path, characters: tokens.count, context: config.context,
        needed: shortestText(context: config.context))
    }
    return Dataset(
      name: "text", input: SampleType(shape: [config.context], element: .int32),
      labels: [config.context], classes: vocabulary.count, loss: loss, train: train, test: test)
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
