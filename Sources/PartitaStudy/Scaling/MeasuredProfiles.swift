internal import Foundation
public import PartitaPlan
internal import PartitaTraining

/// Profiles of one configuration, measured on this machine when they are asked for.
///
/// What a rank's work costs depends on how many ranks share the machine: a profile is measured on
/// as many ranks as will run, at most as many as there are cores. And it depends on the minute: what
/// is to be compared with a measurement is measured just before it.
public struct MeasuredProfiles {
  private let path: String
  private let executable: String
  private let timeoutSeconds: Double
  private let observe: (_ ranks: Int) -> Void

  /// Prepares to measure.
  ///
  /// - Parameters:
  ///   - path: the configuration's file.
  ///   - executable: the path of `partita`.
  ///   - timeoutSeconds: what one profile may take.
  ///   - observe: is told before each measurement.
  public init(
    path: String, executable: String, timeoutSeconds: Double,
    observe: @escaping (_ ranks: Int) -> Void = { _ in }
  ) {
    self.path = path
    self.executable = executable
    self.timeoutSeconds = timeoutSeconds
    self.observe = observe
  }

  /// Measures a profile for a run on some ranks.
  ///
  /// - Parameters:
  ///   - overrides: those that change the model or its microbatches; where it is cut is of no
  ///     importance.
  ///   - repeats: timed steps of each kind; nil for as many as it takes.
  /// - Throws: `ScalingError` where the measurement fails.
  public func profile(ranks: Int, overrides: [String], repeats: Int? = nil) throws -> Profile {
    let ranks = min(ranks, HostMachine.cores)
    observe(ranks)
    let file = FileManager.default.temporaryDirectory.appending(
      path: "partita-\(UUID().uuidString).profile.json"
    ).path
    defer { try? FileManager.default.removeItem(atPath: file) }
    let arguments =
      ["profile", path, "--json", "--output", file]
      + (repeats.map { ["--repeats", "\($0)"] } ?? [])
      + overrides.filter { !$0.hasPrefix("parallel.") }.flatMap { ["--set", $0] }
    let result: LaunchResult
    do {
      result = try Launcher.run(
        executable: executable, arguments: arguments, ranks: ranks,
        timeoutSeconds: timeoutSeconds)
    } catch {
      throw ScalingError.launch(error)
    }
    guard result.succeeded else {
      throw ScalingError.failed(ranks: ranks, problem: ScalingStudy.problem(of: result))
    }
    return try ProfileFile.read(file)
  }
}
