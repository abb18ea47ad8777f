import ArgumentParser
import Foundation
import PartitaGraph
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

  @Option(help: "Steps that each run makes.")
  var steps = 10

  @Option(help: "Seconds that one run may take.")
  var timeout = 300.0

  mutating func validate() throws {
    if ranks < 1 { throw ValidationError("--ranks takes a number above 0, not \(ranks)") }
    if steps < 1 { throw ValidationError("--steps takes a number above 0, not \(steps)") }
  }

  func run() throws {
    try Console.attempt {
      let config = try self.config.load()
      let data = try DataDescription(config)
      let serial = try Experiment(
        try self.config.load(PlanVariant.serial.overrides), data: data, worldSize: 1)
      let variants = PlanVariant.all(
        layers: serial.training.graph.layers.map(\.name),
        gradientGroups: config.training.gradientGroups, ranks: ranks)
      let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("partita-verify-\(ProcessInfo.processInfo.processIdentifier)")
      defer { try? FileManager.default.removeItem(at: folder) }

      let expected = try train(PlanVariant.serial, in: folder.appendingPathComponent("serial").path)
      Console.print("serial: \(expected.steps.count) steps, weights \(expected.digest.prefix(16))…")
      Console.print("stages x replicas  schedule  bits       first difference; cuts before")
      var different = 0
      for variant in variants {
        let run = try train(variant, in: folder.appendingPathComponent("plan").path)
        let difference = run.firstDifference(from: expected)
        if difference != nil { different += 1 }
        let shape = "\(variant.stages) x \(variant.replicas)"
        Console.print(
          shape.padded(to: 19) + variant.schedule.padded(to: 10)
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

  /// What one run left behind.
  private struct Run {
    /// The lines of its step events.
    let steps: [String]
    /// The lines of its other events but the last.
    let epochs: [String]
    let digest: String
    let weights: [NamedTensor]

    func firstDifference(from other: Run) -> String? {
      for (index, (mine, theirs)) in zip(steps, other.steps).enumerated() where mine != theirs {
        return "loss at step \(index + 1)"
      }
      if steps.count != other.steps.count { return "\(steps.count) steps" }
      if epochs != other.epochs { return "test loss" }
      for (mine, theirs) in zip(weights, other.weights)
      where mine.name != theirs.name
        || !zip(mine.values, theirs.values).allSatisfy({ $0.bitPattern == $1.bitPattern })
      {
        return "weights of \(theirs.name)"
      }
      return digest == other.digest ? nil : "weights"
    }
  }

  private func train(_ variant: PlanVariant, in folder: String) throws -> Run {
    let overrides = (config.overrides + variant.overrides + ["output.directory=\(folder)"])
      .flatMap { ["--set", $0] }
    let result = try Launcher.run(
      executable: CommandLine.executable,
      arguments: ["train", config.path, "--json", "--steps", "\(steps)"] + overrides,
      ranks: variant.ranks, timeoutSeconds: timeout)
    guard result.succeeded else {
      throw VerifyError(
        plan: "\(variant.stages) x \(variant.replicas) \(variant.schedule)",
        problem: result.standardError.isEmpty ? result.failure ?? "" : result.standardError)
    }
    let lines = result.standardOutput.split(separator: "\n").map(String.init)
    func events(_ name: String) -> [String] {
      lines.filter { $0.hasPrefix("{\"event\":\"\(name)\"") }
    }
    let weights = try Safetensors.read("\(folder)/weights.safetensors")
    return Run(
      steps: events("step"), epochs: events("epoch"), digest: weightsDigest(weights),
      weights: weights)
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
