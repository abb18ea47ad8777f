public import PartitaGraph
public import PartitaKeys

/// Where samples come from: a data set that a configuration can name, with its keys, its checks and
/// the reading of its files.
///
/// A data set is one such type in one file, and a line in a ``DataCatalogue``:
///
///     struct Circle: DataSource {
///       static let name = "circle"
///       static let summary = "points inside and outside a circle"
///       static let keys = [
///         KeyDescription(
///           "samples", type: "whole number from 1", standard: nil, meaning: "points to train on")
///       ]
///       let samples: Int
///
///       init(reading section: ConfigSection, context: Int?) throws(ConfigError) { ... }
///       let isTokens = false
///       func load(loss: LossKind, seed: UInt64) throws(DataError) -> Dataset { ... }
///     }
///
/// Its keys stand beside `name` in the section; any other key is refused before they are read. A
/// value is what a configuration says of the set, so equal values mean the same samples. It
/// encodes the keys that it is read from, all defaults written out, without its name: what it writes
/// must read back as an equal value.
public protocol DataSource: ConfigChoice, Hashable, Sendable, Encodable {
  /// Reads the keys.
  /// - Parameters:
  ///   - section: the `data` section.
  ///   - context: the tokens that a model sees at once, by `data.context` or `model.context`; nil
  ///     where neither is there.
  /// - Throws: `ConfigError` for a key that is missing or can't be, where it was written.
  init(reading section: ConfigSection, context: Int?) throws(ConfigError)

  /// Whether samples are token numbers, not real values.
  var isTokens: Bool { get }

  /// What the data looks like, the same as the description of the loaded data.
  ///
  /// Every rank asks before anything starts. The standard one loads all samples; write another
  /// where there is a cheaper way, as the header of a file.
  /// - Throws: `DataError` for files that are missing, damaged or too short.
  func describe(loss: LossKind) throws(DataError) -> DataDescription

  /// Loads the samples, with labels as `loss` wants them.
  ///
  /// Every rank that reads samples loads them for itself, and must get the same ones.
  /// - Parameters:
  ///   - loss: what labels are for.
  ///   - seed: the run's, for what is drawn at random.
  /// - Throws: `DataError` for files that are missing, damaged or too short.
  func load(loss: LossKind, seed: UInt64) throws(DataError) -> Dataset

  /// Samples of new files, made as those were that a network was trained on: what it is asked about.
  ///
  /// - Parameters:
  ///   - paths: the files, at least one.
  ///   - notes: what the training noted of how inputs were made (``Dataset/notes``).
  /// - Throws: `DataError` for files that are missing, damaged, or don't fit; `.noNewSamples` where
  ///   the set has no files, as the standard one says.
  func newSamples(
    in paths: [String], notes: [String: String]
  ) throws(DataError) -> NewSamples

  /// The same data with at least so many samples to train on, where a set can have as many as one
  /// likes; else itself. Weak scaling asks for it, whose batches grow with the ranks.
  func holding(atLeast samples: Int) -> Self
}

extension DataSource {
  /// What the loaded data looks like.
  /// - Throws: `DataError` for files that are missing, damaged or too short.
  public func describe(loss: LossKind) throws(DataError) -> DataDescription {
    try load(loss: loss, seed: 0).description
  }

  /// Nothing.
  /// - Throws: `DataError.noNewSamples`.
  public func newSamples(
    in paths: [String], notes: [String: String]
  ) throws(DataError) -> NewSamples {
    throw .noNewSamples(set: Self.name)
  }

  /// Itself: the samples of a file are as many as there are.
  public func holding(atLeast samples: Int) -> Self { self }
}
