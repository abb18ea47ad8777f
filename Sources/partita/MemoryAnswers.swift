import PartitaConfig
import PartitaFiles
import PartitaReport
import PartitaSchedule
import PartitaStudy
import PartitaTraining

/// What `memory` was asked beside the account.
struct MemoryAnswers {
  /// How memory grows, where that was asked.
  let growth: [MemoryGrowthText]?
  /// Why there is no growth with the depth, where a plan's file is the reason.
  let depthless: String?
  /// The largest batch for so many bytes, where that was asked; no batch where none fits.
  let largest: (limit: Int, batch: Int?)?
  /// What real processes grew by, where that was asked.
  let resident: ResidentComparison?

  /// The answers for a terminal, an empty line before each.
  var lines: [String] {
    let others = [depthless, batch].compactMap { $0 }.map { [$0] }
    let all = (growth ?? []).map(\.lines) + others + [resident?.lines].compactMap { $0 }
    return all.flatMap { [""] + $0 }
  }

  /// Each answer in a sentence.
  var sentences: [String] {
    (growth ?? []).map(\.sentence) + [depthless, batch, resident?.sentence].compactMap { $0 }
  }

  /// The answers for programs.
  var members: [(String, JSON)] {
    var members: [(String, JSON)] = []
    if let growth {
      members.append(("growth", JSON(members: growth.map { ($0.name, $0.json) })))
    }
    if let largest {
      members.append(("largest_batch", largest.batch.map { .integer($0) } ?? .null))
    }
    if let resident { members.append(("resident", resident.json)) }
    return members
  }

  private var batch: String? {
    guard let (limit, batch) = largest else { return nil }
    return batch.map { "largest batch whose arenas fit \(limit) bytes each: \($0)" }
      ?? "no batch fits \(limit) bytes a rank, not even microbatches of one sample"
  }
}

extension MemoryGrowthText {
  /// What was computed, in words.
  init(_ name: String, _ growth: MemoryGrowth) {
    func line(_ line: MemoryGrowth.Line) -> Line { (line.constant, line.slope, line.worst) }
    self.init(
      name, unit: growth.unit, growth.points.map { ($0.size, $0.bytes, $0.keptBytes) },
      bytes: line(growth.bytes), kept: line(growth.kept))
  }
}

extension ResidentComparison {
  /// Takes steps on real ranks, and puts what their processes grow by beside the account.
  ///
  /// - Parameters:
  ///   - config: the run.
  ///   - account: of every rank that trains.
  /// - Throws: `OtherArena` where the ranks took another plan than the account's, or what kept them from
  ///   running.
  init(measuring config: TrainingConfig, _ account: [MemoryAccount]) throws {
    let measured = try VerbLauncher(timeoutSeconds: 600).measureGrowth(
      config, ranks: account.count)
    guard measured.arenaBytes == account.map(\.arenaBytes) else {
      throw OtherArena(account: account.map(\.arenaBytes), ranks: measured.arenaBytes)
    }
    self.init(
      zip(account, measured.grownBytes).map {
        Row(arenaBytes: $0.arenaBytes, stagingBytes: $0.stagingBytes, grownBytes: $1)
      })
  }
}

/// Ranks took other arenas than the account's.
private struct OtherArena: Error, CustomStringConvertible {
  let account, ranks: [Int]

  var description: String {
    "--measure: the account's arenas have \(account) bytes, and those of the ranks \(ranks): the "
      + "configuration leaves the plan open; give --plan, or set parallel.stages"
  }
}
