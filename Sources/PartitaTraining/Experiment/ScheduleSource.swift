internal import PartitaConfig
internal import PartitaFiles
internal import PartitaPlan
internal import PartitaSchedule
internal import PartitaStepPlanner

/// Where the order of compute actions comes from: a schedule by name, a table in a file, or one that
/// was looked for.
enum ScheduleSource {
  case named(any Schedule)
  case table(ScheduleCSV, path: String)
  case found(ScheduleTable)

  /// What a choice says, or else the configuration.
  init(_ config: TrainingConfig, choice: StepChoice?) throws {
    switch choice?.order {
    case .found(let table)?: self = .found(table)
    case .named(let name)?:
      guard let schedule = config.schedules[name] else {
        throw TrainingError.plan("there is no schedule '\(name)'")
      }
      self = .named(schedule)
    case nil: try self.init(config)
    }
  }

  /// Reads what a configuration names, and checks that it can be for this configuration.
  init(_ config: TrainingConfig) throws {
    switch config.parallel.schedule {
    case .named(let schedule): self = .named(schedule)
    case .file(let path):
      let text = try readText(path)
      do {
        let csv = try ScheduleCSV(text)
        if let problem = try Self.misfit(csv, config) {
          throw TrainingError.plan("\(path): \(problem)")
        }
        self = .table(csv, path: path)
      } catch let error as ScheduleError {
        throw TrainingError.plan("\(path): \(error)")
      }
    }
  }

  /// Why a table is not for a configuration, nil where it is.
  private static func misfit(
    _ csv: ScheduleCSV, _ config: TrainingConfig
  ) throws(ScheduleError) -> String? {
    let ranks = try csv.ranks(gradientGroups: config.training.gradientGroups)
    guard csv.microbatchCount == config.training.microbatches else {
      return
        "the schedule is for \(csv.microbatchCount) microbatches, and training.microbatches is "
        + "\(config.training.microbatches)"
    }
    if let stages = config.parallel.stages, stages != csv.stageCount {
      return "the schedule has \(csv.stageCount) stages, and parallel.stages is \(stages)"
    }
    let virtual = config.parallel.virtual
    guard virtual > 1 else { return nil }
    var held = Array(repeating: 0, count: csv.rows.count)
    for rank in ranks.joined() { held[rank] += 1 }
    if let odd = held.firstIndex(where: { $0 != virtual }) {
      return "row \(odd + 1) holds \(held[odd]) \(held[odd] == 1 ? "stage" : "stages"), and "
        + "parallel.virtual is \(virtual)"
    }
    return nil
  }

  /// The ranks of every stage, where the source decides them.
  func ranks(gradientGroups: Int) throws(ScheduleError) -> [[Int]]? {
    switch self {
    case .named, .found: nil
    case .table(let csv, _): try csv.ranks(gradientGroups: gradientGroups)
    }
  }

  /// The table for a plan and the microbatches that have samples.
  func table(plan: Plan, microbatches: [Int]) throws -> ScheduleTable {
    switch self {
    case .named(let schedule):
      return ScheduleTable(schedule, plan: plan, microbatches: microbatches)
    case .found(let table): return table.filled(microbatches)
    case .table(let csv, let path):
      do throws(ScheduleError) {
        // A ragged batch leaves microbatches empty: what they would do is struck out.
        let filled = Set(microbatches)
        let table = try ScheduleTable(
          plan: plan, microbatches: microbatches,
          ranks: csv.rows.map { row in row.filter { filled.contains($0.microbatch) } }
        ).recomputing()
        try table.checkComplete()
        try table.checkGradientOrder()
        return table
      } catch {
        throw TrainingError.plan("\(path): \(error)")
      }
    }
  }
}
