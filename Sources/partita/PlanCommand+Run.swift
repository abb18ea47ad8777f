import PartitaConfig
import PartitaDevice
import PartitaFiles
import PartitaGraph
import PartitaPlan
import PartitaReport
import PartitaStepPlanner
import PartitaStudy
import PartitaTraining

/// Of a network of our own.
extension PlanCommand {
  /// Finds a plan, says it, and writes it where it is wanted.
  func planRun() throws {
    let seconds = limit - max(0.1, 0.06 * limit)
    var planning = RunPlanning(
      try config().with(pins: own.pin), ranks: own.ranks ?? 1, profile: try profile(),
      cluster: try cluster())
    planning.memoryLimit = memory.map { Int(clamping: $0) }
    planning.microbatches = microbatchCounts
    planning.allowsAnyReplicas = own.anyReplicas
    planning.isOutOfTime = { ProcessClock.seconds() > $0 * seconds }
    var record: RaceRecord?
    var planned: RunPlanning.Planned
    if let count = own.race {
      let race = try PlanRace(planning, plans: count, seconds: own.raceSeconds ?? 60) { ranks in
        Console.say(
          "\(Console.mark)nothing says what work costs: it is measured on \(ranks) ranks\n")
      }
      (planned, record) = try race.run { Console.say("\(Console.mark)\($0)\n") }
    } else {
      planned = try planning.best()
    }
    try own.output?.write(planned.document, PlanFile.layout)
    if json { return Console.print(try JSON.text(of: planned.document, .line)) }
    for line in planned.plan.lines(planned.document) { Console.print(line) }
    for line in record.map({ [""] + $0.lines }) ?? [] { Console.print(line) }
    if let file = own.output { Console.print("written to \(file.words)") }
  }

  private func config() throws -> TrainingConfig {
    try TrainingConfig(contentsOf: path, overrides: own.changes.overrides)
  }

  private func profile() throws -> Profile? { try own.profile.map { try ProfileFile.read($0) } }

  private func cluster() throws -> Cluster? { try own.cluster.map { try Cluster(contentsOf: $0) } }

  /// Verifies a plan's file: that it is of this network, can be performed, and keeps its promises.
  func checkRun(_ plan: String) throws {
    let check = PlanCheck(try config(), profile: try profile(), cluster: try cluster())
    let finding = try check.finding(of: plan)
    guard json else { return Console.print("\(finding)") }
    let record: JSON = [
      "plan": .string(finding.path), "verified": true, "seconds": .number(finding.seconds),
      "bytes": .array(finding.bytes.map { .integer($0) }),
      "lower_bound": .number(finding.lowerBound),
    ]
    Console.print("\(record)")
  }
}
