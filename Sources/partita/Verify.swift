import ArgumentParser
import Foundation
import PartitaConfig
import PartitaGraph
import PartitaSchedule
import PartitaStudy
import PartitaTraining

/// `partita verify`.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Trains serially and under every plan, and compares the bits.",
    discussion: """
      Launches mpirun itself. Every plan's losses, test loss and weights must equal those of one \
      rank to the last bit; the exit code is 1 where any differs.
      """)

  @OptionGroup var config: ConfigOptions

  @Option(help: "The most ranks of a plan.")
  var ranks = 4

  @Option(
    help: ArgumentHelp(
      "The schedules to try, as gpipe,1f1b, or all of them.", valueName: "names"))
  var schedules = "gpipe,1f1b"

  @Option(help: "The most ways to cut the model that are tried of each shape.")
  var cuts: Int?

  @Option(help: "Steps that each run makes.")
  var steps = 10

  @Option(help: "Seconds that one run may take.")
  var timeout = 300.0

  mutating func validate() throws {
    if ranks < 2 {
      throw ValidationError(
        "--ranks takes a number above 1, not \(ranks): one rank is the serial run")
    }
    if let cuts, cuts < 1 { throw ValidationError("--cuts takes a number above 0, not \(cuts)") }
    _ = try kinds()
    if steps < 1 { throw ValidationError("--steps takes a number above 0, not \(steps)") }
  }

  /// The schedules to try.
  private func kinds() throws -> [any PartitaSchedule.Schedule] {
    let catalogue = ScheduleCatalogue.standard
    if schedules == "all" { return catalogue.schedules }
    return try schedules.split(separator: ",", omittingEmptySubsequences: false).map { name in
      guard let schedule = catalogue[String(name)] else {
        let names = catalogue.names.joined(separator: ", ")
        throw ValidationError("--schedules knows no '\(name)'; it knows all, or some of \(names)")
      }
      return schedule
    }
  }

  func run() throws {
    try Console.attempt {
      let config = try self.config.load()
      let data = try config.describeData()
      let serial = try Experiment(
        try self.config.load(PlanVariant.serial.overrides), data: data, worldSize: 1)
      let variants = PlanVariant.all(
        layers: serial.training.graph.layers.map(\.name),
        gradientGroups: config.training.gradientGroups, ranks: ranks, schedules: try kinds(),
        cuts: cuts ?? (schedules == "all" ? 2 : 24))
      let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("partita-verify-\(ProcessInfo.processInfo.processIdentifier)")
      defer { try? FileManager.default.removeItem(at: folder) }

      let expected = try train(PlanVariant.serial, in: folder.appendingPathComponent("serial").path)
      Console.print("serial: \(expected.steps.count) steps, weights \(expected.digest.prefix(16))…")
      Console.print(
        "columns x ranks    schedule          bits       first difference; cuts before")
      var different = 0
      for variant in variants {
        let run = try train(variant, in: folder.appendingPathComponent("plan").path)
        let difference = run.firstDifference(from: expected)
        if difference != nil { different += 1 }
        Console.print(
          variant.shape.padded(to: 19) + variant.schedule.padded(to: 18)
            + (difference == nil ? "equal" : "DIFFERENT").padded(to: 11)
            + [difference, variant.cuts.isEmpty ? nil : variant.cuts.joined(separator: ", ")]
            .compactMap { $0 }.joined(separator: "; "))
      }
      guard different == 0 else {
        Console.complain("\(different) of \(variants.count) plans give other bits than one rank")
        throw ExitCode.failure
      }
      Console.print("all \(variants.count) plans on 2 to \(ranks) ranks give the bits of one rank")
    }
  }

  private func train(_ variant: PlanVariant, in folder: String) throws -> RunRecord {
    let overrides = (config.overrides + variant.overrides + ["output.directory=\(folder)"])
      .flatMap { ["--set", $0] }
    let result = try Launcher.run(
      executable: CommandLine.executable,
      arguments: ["train", config.path, "--json", "--steps", "\(steps)"] + overrides,
      ranks: variant.ranks, timeoutSeconds: timeout)
    guard result.succeeded else {
      let words = result.standardError.split(separator: "\n").last.map(String.init)
      throw VerifyError(
        plan: "\(variant.shape) \(variant.schedule)",
        problem: (words ?? result.failure ?? "").replacing(
          "partita: ", with: "", maxReplacements: 1))
    }
    return RunRecord(
      output: result.standardOutput, weights: try Safetensors.read("\(folder)/weights.safetensors"))
  }
}

/// A run that `verify` launched and that failed.
struct VerifyError: Error, CustomStringConvertible {
  let plan: String
  let problem: String

  var description: String { "the run of \(plan) failed: \(problem)" }
}

extension CommandLine {
  /// The path of this program's file.
  static var executable: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? arguments[0]
  }
}

extension String {
  /// The text with blanks behind it, up to a width.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(width - count, 1))
  }
}
