internal import PartitaFiles
internal import PartitaGraph

/// A part of a stage's work on one microbatch.
public enum LayerWork: String, Hashable, Sendable, Codable, CaseIterable {
  /// F.
  case forward
  /// I: what upstream stages wait for.
  case inputGradient = "input_gradient"
  /// W: the rest of B, which nobody waits for.
  case weightGradient = "weight_gradient"
  /// B as one list.
  case backward
}

/// What one layer costs.
public struct LayerProfile: Hashable, Sendable {
  /// The seconds of one microbatch of some number of samples.
  public struct Size: Hashable, Sendable {
    /// The microbatch's samples.
    public let samples: Int
    /// Filling the variables that this layer is the first to read: data, labels, weights.
    public let fill: Timing
    /// F.
    public let forward: Timing
    /// I, with an upstream stage that waits for it.
    public let inputGradient: Timing
    /// W, after I.
    public let weightGradient: Timing
    /// B as one list.
    public let backward: Timing

    /// Timings of F, B and its two halves, all of the same samples.
    public init(
      samples: Int, fill: Timing, forward: Timing, inputGradient: Timing, weightGradient: Timing,
      backward: Timing
    ) {
      self.samples = samples
      self.fill = fill
      self.forward = forward
      self.inputGradient = inputGradient
      self.weightGradient = weightGradient
      self.backward = backward
    }

    /// The timing of a part.
    public func timing(_ work: LayerWork) -> Timing {
      switch work {
      case .forward: forward
      case .inputGradient: inputGradient
      case .weightGradient: weightGradient
      case .backward: backward
      }
    }
  }

  /// What a layer keeps and sends.
  public struct Bytes: Hashable, Sendable {
    /// The parameters that it owns.
    public let parameters: Int
    /// The gradients of one group: for each parameter that it reads, a tied one too.
    public let gradients: Int
    /// The optimizer's state of the parameters that it owns, and its running values.
    public let state: Int
    /// Values that it makes in F and later layers read, a sample.
    public let leavingPerSample: Int
    /// Values that it makes or is given in F and any layer reads in B, a sample.
    public let stashPerSample: Int

    /// All of them, those of one sample; at most `Int.max`.
    var total: Int {
      [parameters, gradients, state, leavingPerSample, stashPerSample].reduce(0) { Int.sum($0, $1) }
    }

    /// Bytes of a layer, those a sample apart from those that stay.
    public init(
      parameters: Int, gradients: Int, state: Int, leavingPerSample: Int, stashPerSample: Int
    ) {
      self.parameters = parameters
      self.gradients = gradients
      self.state = state
      self.leavingPerSample = leavingPerSample
      self.stashPerSample = stashPerSample
    }
  }

  /// The layer's name.
  public let name: String
  /// What it keeps and sends.
  public let bytes: Bytes
  /// Its work on a microbatch, by the microbatch's size, ascending; at least one.
  public let sizes: [Size]
  /// Adding the gradients of one group to those of another.
  public let addition: Timing
  /// The update before and after the scalars are exchanged, once a step.
  public let update, finish: Timing

  /// A layer's costs; `Profile` checks that layers agree.
  public init(
    name: String, bytes: Bytes, sizes: [Size], addition: Timing, update: Timing, finish: Timing
  ) {
    self.name = name
    self.bytes = bytes
    self.sizes = sizes
    self.addition = addition
    self.update = update
    self.finish = finish
  }

  /// The longest of its times; NaN where one is none.
  var longestSeconds: Double {
    let works = sizes.flatMap { size in
      [size.fill] + LayerWork.allCases.map { size.timing($0) }
    }
    return (works + [addition, update, finish]).map(\.median).reduce(0) {
      $0.isNaN || $1 <= $0 ? $0 : $1
    }
  }

  /// Seconds of a part for a microbatch of any size: on the line through the two nearest sizes,
  /// never negative; in proportion where only one size is known; 0 for no samples.
  public func seconds(_ work: LayerWork, samples: Int) -> Double {
    line(samples) { $0.timing(work).median }
  }

  /// Seconds of filling the variables for a microbatch of any size.
  public func fillSeconds(samples: Int) -> Double { line(samples) { $0.fill.median } }

  private func line(_ samples: Int, _ seconds: (Size) -> Double) -> Double {
    guard samples > 0, let first = sizes.first, let last = sizes.last else { return 0 }
    let upper = sizes.dropFirst().first { $0.samples >= samples } ?? last
    let lower = sizes.last { $0.samples < upper.samples } ?? first
    guard lower.samples < upper.samples else {
      return seconds(first) * Double(samples) / Double(max(first.samples, 1))
    }
    let share = Double(samples - lower.samples) / Double(upper.samples - lower.samples)
    return max(0, seconds(lower) + share * (seconds(upper) - seconds(lower)))
  }
}

extension LayerProfile: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case name, bytes, sizes, addition, update, finish
  }

  /// Reads a layer's costs.
  /// - Throws: `DecodingError` with the key, for one that is unknown or has no such value.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    bytes = try container.decode(Bytes.self, forKey: .bytes)
    sizes = try container.decode([Size].self, forKey: .sizes)
    addition = try container.decode(Timing.self, forKey: .addition)
    update = try container.decode(Timing.self, forKey: .update)
    finish = try container.decode(Timing.self, forKey: .finish)
    guard !sizes.isEmpty, zip(sizes, sizes.dropFirst()).allSatisfy({ $0.samples < $1.samples })
    else {
      throw container.refusal(.sizes, "expected at least one size, with ascending samples")
    }
  }
}

extension LayerProfile.Size: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case samples, fill, forward, backward
    case inputGradient = "input_gradient"
    case weightGradient = "weight_gradient"
  }

  /// Reads the timings of one size.
  /// - Throws: `DecodingError` with the key, for one that is unknown or has no such value.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    samples = try container.count(forKey: .samples, atLeast: 1, atMost: Int(Int32.max))
    fill = try container.decode(Timing.self, forKey: .fill)
    forward = try container.decode(Timing.self, forKey: .forward)
    inputGradient = try container.decode(Timing.self, forKey: .inputGradient)
    weightGradient = try container.decode(Timing.self, forKey: .weightGradient)
    backward = try container.decode(Timing.self, forKey: .backward)
  }
}

extension LayerProfile.Bytes: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case parameters, gradients, state
    case leavingPerSample = "leaving_per_sample"
    case stashPerSample = "stash_per_sample"
  }

  /// Reads what a layer keeps and sends.
  /// - Throws: `DecodingError` with the key, for one that is unknown or has no such value.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    parameters = try container.count(forKey: .parameters)
    gradients = try container.count(forKey: .gradients)
    state = try container.count(forKey: .state)
    leavingPerSample = try container.count(forKey: .leavingPerSample)
    stashPerSample = try container.count(forKey: .stashPerSample)
  }
}
