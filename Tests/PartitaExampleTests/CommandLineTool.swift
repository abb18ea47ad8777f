import Foundation
import PartitaStudy
import PartitaTraining

/// The built `partita`, run as a user would.
enum Partita {
  /// The folder of the package.
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The executable, which SwiftPM has built beside the tests.
  static var executable: String {
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
    return URL(filePath: bundle).deletingLastPathComponent().appending(path: "partita").path
  }

  /// The path of an example.
  static func config(_ name: String) -> String { root.appending(path: "configs/\(name)").path }

  /// Runs a command on some ranks; one rank is started by mpirun, too.
  static func run(_ arguments: [String], ranks: Int = 1, timeoutSeconds: Double = 180) throws
    -> LaunchResult
  {
    try Launcher.run(
      executable: executable, arguments: arguments, ranks: ranks, timeoutSeconds: timeoutSeconds)
  }

  /// `train CONFIG --json` with overrides; plans that are left open come of computed costs.
  static func train(
    _ config: String, _ overrides: [String], ranks: Int = 1, steps: Int? = nil
  ) throws -> LaunchResult {
    try run(
      ["train", config, "--json", "--analytic"] + (steps.map { ["--steps", "\($0)"] } ?? [])
        + overrides.flatMap { ["--set", $0] }, ranks: ranks)
  }

  /// A folder that is gone after the body.
  static func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "partita-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
  }
}

/// One JSON line that `train --json` prints.
struct Event: Decodable {
  let event: String
  let step: Int?
  let steps: Int?
  let epoch: Int?
  let loss: Double?
  let objective: Double?
  let trainLoss: Double?
  let trainAccuracy: Double?
  let testLoss: Double?
  let testAccuracy: Double?
  let weightsSHA256: String?

  enum CodingKeys: String, CodingKey {
    case event, step, steps, epoch, loss, objective
    case trainLoss = "train_loss"
    case trainAccuracy = "train_accuracy"
    case testLoss = "test_loss"
    case testAccuracy = "test_accuracy"
    case weightsSHA256 = "weights_sha256"
  }

  /// The events of a run; every line of its output must be one.
  static func all(in output: String) throws -> [Event] {
    try output.split(separator: "\n").map {
      try JSONDecoder().decode(Event.self, from: Data($0.utf8))
    }
  }
}
