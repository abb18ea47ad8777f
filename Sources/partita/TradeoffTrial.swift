import PartitaConfig
import PartitaReport
import PartitaStepPlanner
import PartitaStudy
import PartitaTraining

/// The ways out that run on this machine: their steps take turns in one launch, and what they learn from the
/// same samples is trained.
struct TradeoffTrial {
  private let config: TrainingConfig
  private let ways: [WayOut]
  private let launcher: VerbLauncher
  private let seconds: Double

  /// - Parameters:
  ///   - config: the run as it is.
  ///   - ways: all of them, in the order of the report's rows.
  ///   - launcher: starts ranks.
  ///   - seconds: of all turns.
  init(
    _ config: TrainingConfig, _ ways: [WayOut], _ launcher: VerbLauncher, seconds: Double
  ) {
    self.config = config
    self.ways = ways
    self.launcher = launcher
    self.seconds = seconds
  }

  /// Fills in what was measured; what ended in an error stays predicted, and the report says so.
  func run(_ report: inout TradeoffReport) {
    do {
      try measureSteps(&report)
      try measureLosses(&report)
    } catch { report.problems.append("not measured: \(error)") }
  }

  /// Whether a way runs here.
  private func runs(_ way: WayOut) -> Bool {
    way.planned != nil && way.ranks <= launcher.cores
  }

  private func measureSteps(_ report: inout TradeoffReport) throws {
    var others: [(name: String, config: TrainingConfig, plan: PlanDocument)] = []
    var places: [Int: Int] = [:]
    let most = ways.filter(runs).map(\.ranks).max() ?? 1
    for (index, way) in ways.enumerated() where runs(way) {
      guard let planned = way.planned else { continue }
      // Another learning rate takes no other time.
      let known = others.firstIndex {
        $0.plan.choice == planned.document.choice
          && $0.plan.origin.microbatchSizes == planned.document.origin.microbatchSizes
      }
      places[index] = known ?? others.count
      if known == nil { others.append((way.kind.rawValue, way.config, planned.document)) }
    }
    guard !others.isEmpty else { return }
    Console.say("\(others.count) ways side by side on \(most) \(most == 1 ? "rank" : "ranks")\n")
    let record = try launcher.race(
      RaceRequest(config, ranks: most, plans: [], others: others, seconds: seconds))
    report.floor = record.floor
    for (index, place) in places {
      report.rows[index].measured = record.plans[place].seconds
      report.rows[index].predictedThen = record.plans[place].predictedSeconds
    }
  }

  private func measureLosses(_ report: inout TradeoffReport) throws {
    var known: [[Double]: [TradeoffReport.Row.Point]] = [:]
    let dependsOnPieces = try Blueprint(config, data: config.describeData()).dependsOnMicrobatches
    for index in ways.indices where report.rows[index].measured != nil {
      let row = report.rows[index]
      let way = ways[index]
      // Pieces change gradients by rounding alone, but for norms over them.
      let pieces = dependsOnPieces ? way.microbatches : 0
      let key = [Double(row.batch), row.rate, Double(pieces)]
      if known[key] == nil {
        Console.say("training on \(report.samples) samples in batches of \(row.batch)\n")
        let steps = max(1, report.samples / row.batch)
        let own = pieces == 0 && row.batch == config.training.batch ? config : way.config
        let run = try own.with(pins: ["parallel.stages=1", "parallel.replicas=1"]).with(
          steps: steps)
        known[key] = try launcher.train(run, ranks: 1).losses(batch: row.batch, points: 20)
      }
      report.rows[index].losses = known[key] ?? []
    }
  }
}
