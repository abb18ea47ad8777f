public import PartitaConfig
public import PartitaData
internal import PartitaFiles
internal import PartitaPlan
internal import PartitaRuntime
internal import PartitaSchedule

extension TrainingConfig {
  /// Every value of the configuration, defaults included.
  public var facts: [Fact] { values.map { Fact($0.path, $0.text) } }
}

extension Experiment {
  /// What a rank has made of its configuration: what the data looks like, the plan, the programs.
  /// - Parameters:
  ///   - data: what the data looks like.
  ///   - program: `programDigest`, which takes a while.
  public func facts(_ data: DataDescription, program: String) -> [Fact] {
    [
      Fact(
        "data of",
        "\(data.trainCount) samples to train on and \(data.testCount) to test on, inputs "
          + "\(data.input.shape), labels \(data.label.shape), \(data.classes) classes"),
      Fact("the plan", plan.stages.map { "\($0.layers) on \($0.ranks)" }.joined(separator: ", ")),
      Fact("the program", program),
    ]
  }

  /// The SHA-256 of what all ranks do.
  public var programDigest: String {
    SHA256.hexadecimal(of: Array(programs.map(\.program.listing).joined(separator: "\n").utf8))
  }
}

extension Dataset {
  /// What a rank has read, and where; a rank that reads nothing has nothing to compare.
  public static func fact(_ dataset: Dataset?, of config: TrainingConfig) -> Fact {
    let name = config.values.contains { $0.path == "data.path" } ? "data.path" : "data.name"
    return Fact(name, digest: dataset?.digest)
  }
}
