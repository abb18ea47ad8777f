import ArgumentParser
import Foundation
import PartitaSchedule
import PartitaSimulator

/// What describes a pipeline without a model.
struct PipelineOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The schedule: \(Self.schedules.names.joined(separator: ", ")), or search.",
      valueName: "name"))
  var kind: String?

  @Option(help: ArgumentHelp("p: the places of the pipeline, each a rank.", valueName: "p"))
  var stages: Int?

  @Option(help: ArgumentHelp("m: the microbatches of a step.", valueName: "m"))
  var microbatches: Int?

  @Option(
    help: ArgumentHelp(
      "v: the stages that each rank holds (default: 1\(Self.otherDefaults)).", valueName: "v"))
  var virtual: Int?

  @Option(
    help: ArgumentHelp(
      "The ranks of each place of the pipeline, or one number for all (default: 1).",
      valueName: "r,r,..."))
  var replicas: String?

  @Option(
    help: ArgumentHelp(
      "Seconds of F, I and W of a rank's whole work on a microbatch, and of a message; v stages "
        + "share the work.", valueName: "F,I,W,message"))
  var costs: String?

  /// Whether a pipeline is described at all.
  var isGiven: Bool { !given.isEmpty }

  /// What is given.
  private var given: [String] {
    let all: [(String, Bool)] = [
      ("--kind", kind != nil), ("--stages", stages != nil),
      ("--microbatches", microbatches != nil), ("--virtual", virtual != nil),
      ("--replicas", replicas != nil), ("--costs", costs != nil), ("--recompute", recompute),
      ("--memory-limit", memoryLimit != nil), ("--stash-bytes", stashBytes != nil),
    ]
    return all.filter(\.1).map(\.0)
  }

  @Flag(
    help: ArgumentHelp(
      "Every stage computes forward again (R, as long as F) before its backward pass."))
  var recompute = false

  @Option(
    help: ArgumentHelp(
      "With --kind search: what a rank may keep between F and B or W; a microbatch of a rank's "
        + "stages takes --stash-bytes.", valueName: "bytes"))
  var memoryLimit: Int?

  @Option(
    help: ArgumentHelp(
      "Bytes that a microbatch keeps on a rank until its backward pass; v stages share them "
        + "(default: v, a byte for each chunk).", valueName: "bytes"))
  var stashBytes: Int?

  private static let schedules = ScheduleCatalogue.standard

  /// The schedules that don't work with one stage on a rank.
  private static let otherDefaults = schedules.schedules.map { schedule in
    let least = schedule.virtualStages.lowerBound
    return least == 1 ? "" : "; \(schedule.name): \(least)"
  }.joined()

  /// The schedule that was asked for by name.
  private var named: (any Schedule)? { kind.flatMap { Self.schedules[$0] } }

  /// Whether a schedule is looked for.
  var isSearch: Bool { kind == "search" }

  mutating func validate() throws {
    if let kind, named == nil, !isSearch {
      let names = Self.schedules.names.joined(separator: ", ")
      throw ValidationError("--kind knows no schedule '\(kind)'; it knows \(names), and search")
    }
    if !isSearch, memoryLimit != nil || stashBytes != nil {
      throw ValidationError("--memory-limit and --stash-bytes belong to --kind search")
    }
    for (name, value) in [("memory-limit", memoryLimit), ("stash-bytes", stashBytes)] {
      if let value, value < 1 || value > 1 << 40 {
        throw ValidationError("--\(name) takes bytes from 1 to \(1 << 40), not \(value)")
      }
    }
    for (name, value) in [
      ("stages", stages), ("microbatches", microbatches), ("virtual", virtual),
    ] {
      if let value, value < 1 || value > 1 << 20 {
        throw ValidationError("--\(name) takes a number from 1 to \(1 << 20), not \(value)")
      }
    }
    if isGiven {
      for (name, isMissing) in [
        ("kind", kind == nil), ("stages", stages == nil), ("microbatches", microbatches == nil),
      ] where isMissing {
        throw ValidationError(
          "\(given.joined(separator: " and ")) describe a pipeline without a model, which needs "
            + "--\(name)")
      }
    }
    _ = try replicaCounts()
    _ = try stepSeconds()
    if let named, let virtual, !named.virtualStages.contains(virtual) {
      throw ValidationError(
        "\(named.name) works with --virtual \(named.virtualStagesWords), not \(virtual)")
    }
  }

  /// The ranks of each place.
  private func replicaCounts() throws -> [Int] {
    let places = stages ?? 1
    guard let replicas else { return Array(repeating: 1, count: places) }
    let counts = replicas.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    let numbers = counts.compactMap { $0 }
    guard numbers.count == counts.count, numbers.allSatisfy({ $0 >= 1 && $0 <= 1 << 16 }) else {
      throw ValidationError("--replicas takes numbers above 0, as 3,1, not '\(replicas)'")
    }
    if numbers.count == 1 { return Array(repeating: numbers[0], count: places) }
    guard numbers.count == places else {
      throw ValidationError(
        "--replicas has \(numbers.count) numbers, and there are \(places) stages: give one, or one "
          + "for each")
    }
    return numbers
  }

  /// Seconds of F, I, W and a message.
  private func stepSeconds() throws -> SyntheticPipeline.Seconds {
    guard let costs else { return SyntheticPipeline.Seconds() }
    let parts = costs.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    let numbers = parts.compactMap { $0 }
    guard parts.count == 4, numbers.count == 4,
      numbers.allSatisfy({ $0.isFinite && $0 >= 0 }), numbers[0] + numbers[1] + numbers[2] > 0
    else {
      throw ValidationError(
        "--costs takes the seconds of F, I, W and a message, four numbers from 0 on, as 1,1,1,0, "
          + "not '\(costs)'")
    }
    return SyntheticPipeline.Seconds(
      forward: numbers[0], inputGradient: numbers[1], weightGradient: numbers[2],
      message: numbers[3])
  }

  /// The pipeline that is described.
  func pipeline() throws -> SyntheticPipeline {
    guard named != nil || isSearch, let microbatches else {
      throw ValidationError("give a configuration, or --kind, --stages and --microbatches")
    }
    let order: SyntheticPipeline.Order =
      if let named { .named(named) } else {
        .searched(memoryLimit: memoryLimit, stashBytes: stashBytes)
      }
    return try SyntheticPipeline(
      replicas: try replicaCounts(), virtual: virtual, microbatches: microbatches, order: order,
      seconds: try stepSeconds(), recomputes: recompute)
  }
}

/// Why something may not run.
struct Refusal: Error, CustomStringConvertible {
  let words: String
  var description: String { words }
}

extension Program {
  /// Proves the program; what is wrong is said with the place in the grid.
  func proved() throws -> Program {
    do { try Verifier.prove(self) } catch { throw Refusal(words: error.explanation(self)) }
    return self
  }
}
