internal import Foundation
public import PartitaPlan

/// Profiles of one configuration, measured on this machine when they are asked for.
///
/// What a rank's work costs depends on how many ranks share the machine, and on the microbatch's
/// size: each combination is measured once, on at most as many ranks as there are cores.
public final class MeasuredProfiles {
  private struct Key: Hashable {
    let ranks: Int
    let overrides: [String]
  }

  private let path: String
  private let executable: String
  private let timeoutSeconds: Double
  private let observe: (_ ranks: Int) -> Void
  private var known: [Key: Profile] = [:]

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

  /// The profile for a run on some ranks.
  /// - Parameter overrides: those that change the model or its microbatches.
  /// - Throws: `ScalingError` where the measurement fails.
  public func profile(ranks: Int, overrides: [String]) throws -> Profile {
    let ranks = min(ranks, Host.cores)
    let key = Key(ranks: ranks, overrides: overrides.filter { !$0.hasPrefix("parallel.") })
    if let profile = known[key] { return profile }
    observe(ranks)
    let file = FileManager.default.temporaryDirectory.appending(
      path: "partita-\(UUID().uuidString).profile.json"
    ).path
    defer { try? FileManager.default.removeItem(atPath: file) }
    let arguments =
      ["profile", path, "--json", "--output", file] + key.overrides.flatMap { ["--set", $0] }
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
    let profile = try ProfileFile.read(file)
    known[key] = profile
    return profile
  }
}
