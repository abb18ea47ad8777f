internal import PartitaGraph

/// Random samples kept in memory, so that a benchmark measures training and not random numbers.
///
/// Sample i is a function of the seed, i and its part alone, whatever the number of samples.
struct SyntheticSamples: SampleSource {
  /// The inputs of all samples: the bits of Float or Int32 elements.
  private let inputs: [UInt32]
  /// The class numbers of all samples.
  private let classes: [Int32]
  let count: Int

  /// Draws `count` samples of the part called `part`.
  init(_ data: SyntheticData, count: Int, part: String, seed: UInt64) {
    self.count = count
    let inputStream = RandomStream(seed: seed, name: "synthetic \(part) input")
    let labelStream = RandomStream(seed: seed, name: "synthetic \(part) label")
    // Room for all of them at once: an array that grows takes twice the memory.
    func numbers(_ stream: RandomStream, perSample length: Int) -> [Int32] {
      var numbers: [Int32] = []
      numbers.reserveCapacity(count * length)
      for sample in 0..<count {
        for element in 0..<length {
          let words = stream.block(UInt32(element >> 2), sample: UInt64(sample), step: 0)
          numbers.append(Int32(RandomStream.integer(words[element & 3], below: data.classes)))
        }
      }
      return numbers
    }
    switch data.input {
    case .values(let shape):
      var sampleValues = [Float](repeating: 0, count: Shape(shape).count)
      var values: [UInt32] = []
      values.reserveCapacity(count * sampleValues.count)
      for sample in 0..<count {
        var span = sampleValues.mutableSpan
        inputStream.fillNormal(&span, sample: UInt64(sample))
        values.append(contentsOf: sampleValues.lazy.map(\.bitPattern))
      }
      inputs = values
    case .tokens(let context):
      inputs = numbers(inputStream, perSample: context).map { UInt32(bitPattern: $0) }
    }
    classes = numbers(labelStream, perSample: Shape(data.labelShape).count)
  }

  func write(
    inputs samples: Span<Int>, epoch: Int, into memory: UnsafeMutableRawBufferPointer
  ) {
    Self.copy(samples, of: inputs, count: count, to: memory)
  }

  func write(
    classes samples: Span<Int>, epoch: Int, into memory: UnsafeMutableBufferPointer<Int32>
  ) {
    Self.copy(samples, of: classes, count: count, to: UnsafeMutableRawBufferPointer(memory))
  }

  func withContents(_ body: (UnsafeRawBufferPointer) -> Void) -> Bool {
    inputs.withUnsafeBytes(body)
    classes.withUnsafeBytes(body)
    return true
  }

  /// Copies rows of `values`, which holds `count` of one length.
  private static func copy<Element: BitwiseCopyable>(
    _ samples: Span<Int>, of values: [Element], count: Int,
    to memory: UnsafeMutableRawBufferPointer
  ) {
    values.withUnsafeBytes { bytes in
      let size = bytes.count / count
      for row in 0..<samples.count {
        let source = bytes[(samples[row] * size)..<((samples[row] + 1) * size)]
        let target = memory[(row * size)..<((row + 1) * size)]
        UnsafeMutableRawBufferPointer(rebasing: target).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: source))
      }
    }
  }
}
