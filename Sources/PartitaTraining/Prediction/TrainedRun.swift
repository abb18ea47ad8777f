public import PartitaConfig
public import PartitaFiles

/// A run's folder, as one who asks its network reads it; or a network of another program, which comes
/// with its weights.
public struct TrainedRun: Sendable {
  /// The folder, or the network's file.
  public let folder: String
  /// The file of its weights: safetensors, or the network's own.
  public let weights: String
  /// Whether the network brings its weights along.
  public let bringsWeights: Bool
  /// What the weights' file says beside the tensors: the classes, how inputs were made.
  public let notes: [String: String]

  /// Finds a run's weights.
  ///
  /// - Parameters:
  ///   - folder: a run's folder (`output.directory`), or an ONNX file.
  ///   - best: whether those of the epoch with the best validation loss are meant, not the last ones.
  /// - Throws: `FileError` where it is no run's folder, or has no such weights.
  public init(_ folder: String, best: Bool) throws(FileError) {
    if TrainingConfig.isNetwork(folder) {
      guard !best else {
        throw .unreadable(path: folder, reason: "this is no run's folder: it has no best epoch")
      }
      // Its inputs are taken as they are.
      (self.folder, weights, notes) = (folder, folder, [:])
      bringsWeights = true
      return
    }
    let path = withoutSlash(folder)
    guard isFile("\(path)/\(Self.configuration)") else {
      throw .unreadable(
        path: path, reason: "this is no run's folder: it has no \(Self.configuration)")
    }
    let name = best ? "best.safetensors" : "weights.safetensors"
    guard isFile("\(path)/\(name)") else {
      throw .unreadable(
        path: "\(path)/\(name)",
        reason: best
          ? "the run has kept no best epoch: train with training.validation and output.keep_best"
          : "the run has no last weights: it has not finished; resume it first"
      )
    }
    self.folder = path
    weights = "\(path)/\(name)"
    bringsWeights = false
    notes = try Safetensors.metadata(of: weights)
  }

  private static let configuration = "config.yaml"

  /// The run's configuration with other values in some places, its plan left to the number of ranks.
  /// - Throws: `ConfigError` or `FileError`.
  public func config(overrides: [String]) throws -> TrainingConfig {
    try TrainingConfig(
      contentsOf: bringsWeights ? folder : "\(folder)/\(Self.configuration)",
      overrides: ["parallel="] + overrides)
  }

  /// The number of classes; nil where the weights don't say it.
  public var classCount: Int? {
    notes["classes"].flatMap { note in
      Int(note) ?? (try? JSON.value([String].self, from: note.utf8))?.count
    }
  }

  /// What the classes are called: their names, a text's characters, or else their numbers.
  public func classNames(count: Int) -> [String] {
    let characters = notes[Vocabulary.note].flatMap(Vocabulary.characters) ?? []
    let names =
      notes["classes"].flatMap { try? JSON.value([String].self, from: $0.utf8) }
      ?? characters.map(\.debugDescription)
    return (0..<count).map { $0 < names.count ? names[$0] : String($0) }
  }
}
