public import PartitaConfig
public import PartitaData
internal import PartitaGraph
internal import Synchronization

/// The characters that a network sees at the moment: one sample, whose labels nobody asks for.
public final class TextWindow: SampleSource {
  private let tokens = Mutex<[Int32]>([])

  /// An empty window.
  public init() {}

  /// The number of samples.
  public var count: Int { 1 }

  /// What the window looks like, for the network of a configuration.
  ///
  /// - Parameters:
  ///   - config: of a run on text.
  ///   - classes: the characters that there are.
  /// - Throws: `TrainingError.model` where the run's data is no text.
  public func describe(
    _ config: TrainingConfig, classes: Int
  ) throws(TrainingError) -> DataDescription {
    guard let context = (config.data.source as? TextFile)?.context else {
      throw .model("data.name: only a network that was trained on text goes on with one")
    }
    tokens.withLock { $0 = Array(repeating: 0, count: context) }
    return DataDescription(
      input: SampleType(shape: [context], element: .int32), labels: [context], classes: classes,
      loss: config.objective.loss, trainCount: config.training.batch, testCount: 1)
  }

  /// The data set of the window alone.
  /// - Throws: `TrainingError.model` where the run's data is no text.
  public func dataset(_ config: TrainingConfig, classes: Int) throws(TrainingError) -> Dataset {
    let description = try describe(config, classes: classes)
    return Dataset(
      input: description.input, labels: description.input.shape, classes: classes,
      loss: config.objective.loss, train: self, test: self)
  }

  /// Shows the last characters of a text, from the start of the window on.
  ///
  /// - Returns: the place of the last one.
  func show(_ text: [Int32]) -> Int {
    tokens.withLock { tokens in
      let shown = text.suffix(tokens.count)
      for place in tokens.indices {
        tokens[place] = place < shown.count ? shown[shown.startIndex + place] : 0
      }
      return shown.count - 1
    }
  }

  public func write(
    inputs samples: Span<Int>, epoch: Int, into memory: UnsafeMutableRawBufferPointer
  ) {
    tokens.withLock { $0.withUnsafeBytes { memory.copyMemory(from: $0) } }
  }

  public func write(
    classes samples: Span<Int>, epoch: Int, into memory: UnsafeMutableBufferPointer<Int32>
  ) {
    tokens.withLock { tokens in
      for place in tokens.indices { memory[place] = 0 }
    }
  }
}

/// A text that a network goes on with; all ranks have the same.
public struct TextWriter {
  private let predictor: Predictor
  private let window: TextWindow
  private let random: RandomStream
  private var tokens: [Int32]
  private var drawn = 0

  /// - Parameters:
  ///   - predictor: the network, asked about `window`.
  ///   - window: what it sees.
  ///   - tokens: the text so far, at least one character.
  ///   - seed: what the drawing comes of.
  public init(_ predictor: Predictor, _ window: TextWindow, tokens: [Int32], seed: UInt64) {
    self.predictor = predictor
    self.window = window
    self.tokens = tokens
    random = RandomStream(seed: seed, name: "generated text")
  }

  /// The next character. Every rank must call it; all get the same.
  ///
  /// - Parameter temperature: divides the outputs; 0 takes the most probable.
  /// - Throws: `RuntimeError` or `TransportError` on a rank whose own work failed.
  public mutating func next(temperature: Double) throws -> Int {
    // A causal network sees nothing behind the last character.
    let place = window.show(tokens)
    var token = 0
    let point = Double(random.uniform(drawn))
    _ = try predictor.run { answers in
      let outputs = answers.outputs[place * answers.classes..<(place + 1) * answers.classes]
      let choice = Choice(outputs, temperature: temperature > 0 ? temperature : 1)
      token = temperature > 0 ? choice.drawn(at: point) : choice.best
    }
    drawn += 1
    tokens.append(Int32(token))
    return token
  }
}
