import ArgumentParser
import Foundation
import PartitaFiles
import PartitaReport
import PartitaSchedule
import PartitaStudy
import PartitaTraining

/// `partita verify`.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
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

  @OptionGroup var launch: LaunchOptions

  @Flag(help: "Prints a line of JSON for the serial run, for each plan, and for the end.")
  var json = false

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
  private func kinds() throws -> [any Schedule] {
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
      let study = try BitsStudy(
        try config.load(), ranks: ranks, schedules: try kinds(),
        cuts: cuts ?? (schedules == "all" ? 2 : 24))
      let outcomes = try study.compare(
        VerbLauncher(timeoutSeconds: timeout, place: try launch.place()), steps: steps,
        onSerial: { serial in
          if json {
            let line: JSON = [
              "event": "serial", "steps": .integer(serial.steps.count),
              "weights_sha256": .string(serial.digest),
            ]
            return Console.print("\(line)")
          }
          Console.print("serial: \(serial.steps.count) steps, weights \(serial.digest.prefix(16))…")
          Console.print(
            "columns x ranks    schedule          bits       first difference; cuts before")
        }, onOutcome: { Console.print(json ? "\(record($0))" : line($0)) })
      let different = outcomes.count { $0.difference != nil }
      if json {
        let end: JSON = [
          "event": "end", "plans": .integer(outcomes.count), "different": .integer(different),
        ]
        Console.print("\(end)")
      }
      guard different == 0 else {
        Console.complain("\(different) of \(outcomes.count) plans give other bits than one rank")
        throw ExitCode.failure
      }
      if json { return }
      Console.print("all \(outcomes.count) plans on 2 to \(ranks) ranks give the bits of one rank")
    }
  }

  private func record(_ outcome: BitsStudy.Outcome) -> JSON {
    let variant = outcome.variant
    return [
      "event": "plan", "columns": .array(variant.replicas.map { .integer($0) }),
      "virtual": .integer(variant.virtual), "schedule": .string(variant.schedule),
      "cuts": .array(variant.cuts.map { .string($0) }),
      "equal": .bool(outcome.difference == nil),
      "difference": outcome.difference.map { .string($0) } ?? .null,
    ]
  }

  private func line(_ outcome: BitsStudy.Outcome) -> String {
    let variant = outcome.variant
    let cuts = variant.cuts.isEmpty ? nil : variant.cuts.joined(separator: ", ")
    return variant.shape.padded(to: 19) + variant.schedule.padded(to: 18)
      + (outcome.difference == nil ? "equal" : "DIFFERENT").padded(to: 11)
      + [outcome.difference, cuts].compactMap { $0 }.joined(separator: "; ")
  }
}
