public import PartitaConfig
public import PartitaPlan
public import PartitaSchedule
internal import PartitaTraining

/// Runs configurations on ranks of this machine or of others, each run in processes of its own, and brings back
/// what they say: what a study needs of the program that it is part of.
///
/// A run that fails throws `RunError`; other errors are those of files that a run leaves.
public protocol RunLauncher {
  /// The ranks that find a core of their own where runs are launched.
  var cores: Int { get }

  /// Whether the next answer to a request is known from before, so that nothing is launched for it.
  func remembers(_ request: RunRequest) -> Bool

  /// Measures steps of a run.
  /// - Parameters:
  ///   - config: the run.
  ///   - ranks: how many it has.
  ///   - steps: steps that count.
  /// - Throws: `RunError` where the run fails.
  func measureSteps(_ config: TrainingConfig, ranks: Int, steps: Int) throws -> BenchRecord

  /// A run's step of median length, as it went.
  /// - Parameters:
  ///   - config: the run.
  ///   - ranks: how many it has.
  ///   - steps: steps of which the median is taken.
  /// - Throws: `RunError` where the run fails, `FileError` for a trace that can't be read.
  func traceStep(_ config: TrainingConfig, ranks: Int, steps: Int) throws -> Trace?

  /// Measures what layers and messages cost while so many ranks are at work; the configuration's own
  /// plan is of no importance.
  /// - Parameters:
  ///   - config: the run.
  ///   - ranks: how many are at work.
  ///   - seconds: that it takes at most, once there are a few steps of each kind.
  /// - Throws: `RunError` where the run fails, `FileError` for a profile that can't be read.
  func measureProfile(_ config: TrainingConfig, ranks: Int, seconds: Double) throws -> Profile

  /// Measures plans side by side.
  /// - Throws: `RunError` where the race fails, `FileError` for plans that can't be handed over.
  func race(_ race: RaceRequest) throws -> RaceRecord

  /// Trains, and brings the losses and the weights back. The configuration's output folder stays as
  /// it is.
  /// - Throws: `RunError` where the run fails, `FileError` for weights that can't be read.
  func train(_ config: TrainingConfig, ranks: Int) throws -> RunRecord
}

extension RunLauncher {
  /// Those of this host.
  public var cores: Int { HostMachine.cores }

  /// Every request is launched.
  public func remembers(_ request: RunRequest) -> Bool { false }
}

/// Why a run that was launched brought nothing back.
public enum RunError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Ranks could not be launched.
  case launch(LaunchError)
  /// The run ended in failure; in the words of the rank that spoke, where one did.
  case failed(problem: String)
  /// The run ended well and printed no record.
  case noRecord

  /// The error in words.
  public var description: String {
    switch self {
    case .launch(let error): error.description
    case .failed(let problem): problem
    case .noRecord: "it printed no line of JSON"
    }
  }
}
