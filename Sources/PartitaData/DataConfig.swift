package import PartitaKeys

/// What is trained on: the `data` section.
public enum DataConfig: Hashable, Sendable {
  /// The embedded UCI digits: 8x8 images, 1,500 to train and 297 to test.
  case digits(ImageDataConfig)
  /// Fashion-MNIST, 28x28 images, out of a folder; `path` nil means Debian's package.
  case fashionMNIST(path: String?, ImageDataConfig)
  /// The characters of a text file.
  case text(TextDataConfig)
  /// Random numbers of any shape, for benchmarks and tests.
  case synthetic(SyntheticDataConfig)

  enum Name: String, CaseIterable {
    case digits
    case fashionMNIST = "fashion-mnist"
    case text
    case synthetic
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case name
    case path
  }

  /// Reads the section; `context` is the length of a text's windows, where one is known.
  package init(_ section: ConfigSection, context: Int?) throws(ConfigError) {
    let name: Name = try section.require(CodingKeys.name, .choice())
    let image = names(of: ImageDataConfig.CodingKeys.self)
    func allow(_ keys: [String]) throws(ConfigError) {
      try section.allow(keys, with: "name: \(name.rawValue)")
    }
    switch name {
    case .digits:
      try allow(["name"] + image)
      self = .digits(try ImageDataConfig(section))
    case .fashionMNIST:
      try allow(["name", "path"] + image)
      let path = try section.value(CodingKeys.path, .text("a folder"))
      self = .fashionMNIST(path: path, try ImageDataConfig(section))
    case .text:
      try allow(["name"] + names(of: TextDataConfig.CodingKeys.self))
      self = .text(try TextDataConfig(section, context: context))
    case .synthetic:
      try allow(["name"] + names(of: SyntheticDataConfig.CodingKeys.self))
      self = .synthetic(try SyntheticDataConfig(section, context: context))
    }
  }

  /// The name that the configuration calls this source by.
  public var name: String {
    switch self {
    case .digits: Name.digits.rawValue
    case .fashionMNIST: Name.fashionMNIST.rawValue
    case .text: Name.text.rawValue
    case .synthetic: Name.synthetic.rawValue
    }
  }

  /// Whether samples are token numbers, not real values.
  public var isTokens: Bool {
    switch self {
    case .digits, .fashionMNIST: false
    case .text: true
    case .synthetic(let synthetic):
      if case .tokens = synthetic.input { true } else { false }
    }
  }
}

extension DataConfig: Encodable {
  /// Writes the keys that a configuration is read from.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    switch self {
    case .digits(let images):
      try images.encode(to: encoder)
    case .fashionMNIST(let path, let images):
      try container.encodeIfPresent(path, forKey: .path)
      try images.encode(to: encoder)
    case .text(let text):
      try text.encode(to: encoder)
    case .synthetic(let synthetic):
      try synthetic.encode(to: encoder)
    }
  }
}

/// How a set of images is read.
public struct ImageDataConfig: Hashable, Sendable, Encodable {
  /// Train on the first so many images only; nil means all.
  public let trainSamples: Int?
  /// Test on the first so many images only; nil means all.
  public let testSamples: Int?
  /// Shift and scale pixels to mean 0 and variance 1 over the training images. Default: false.
  public let normalize: Bool

  enum CodingKeys: String, CodingKey, CaseIterable {
    case trainSamples = "train_samples"
    case testSamples = "test_samples"
    case normalize
  }

  init(_ section: ConfigSection) throws(ConfigError) {
    trainSamples = try section.value(CodingKeys.trainSamples, .integer(atLeast: 1))
    testSamples = try section.value(CodingKeys.testSamples, .integer(atLeast: 1))
    normalize = try section.value(CodingKeys.normalize, .flag) ?? false
  }
}

/// How a text is read.
public struct TextDataConfig: Hashable, Sendable, Encodable {
  /// The file, seen from the current folder.
  public let path: String
  /// Characters that the model sees at once. Default: the model's context.
  public let context: Int
  /// Train on the first so many windows of an epoch only; nil means all.
  public let trainSamples: Int?
  /// Test on the first so many windows only; nil means all.
  public let testSamples: Int?

  package enum CodingKeys: String, CodingKey, CaseIterable {
    case path
    case context
    case trainSamples = "train_samples"
    case testSamples = "test_samples"
  }

  init(_ section: ConfigSection, context: Int?) throws(ConfigError) {
    path = try section.require(CodingKeys.path, .text("a text file"))
    guard let context else {
      throw section.missing(CodingKeys.context, expected: "a whole number above 0")
    }
    self.context = context
    trainSamples = try section.value(CodingKeys.trainSamples, .integer(atLeast: 1))
    testSamples = try section.value(CodingKeys.testSamples, .integer(atLeast: 1))
  }
}
