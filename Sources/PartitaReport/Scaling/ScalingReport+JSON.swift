internal import PartitaFiles
internal import PartitaSchedule
internal import PartitaSimulator

extension ScalingReport {
  /// The version of the form that `json` has; it grows when a key goes or changes its meaning.
  public static let jsonVersion = 1

  /// The report as JSON: everything measured and predicted, and what follows from it; no traces.
  ///
  /// Keys are in alphabetical order, times in seconds, shares as fractions.
  public var json: String { JSON.text(ofReport: ReportRecord(self)) }
}

/// A report in the words of its JSON.
private struct ReportRecord: Encodable {
  let version = ScalingReport.jsonVersion
  let partitaVersion = PartitaVersion.current
  let name: String
  let scaling: ScalingReport.Scaling
  let headline: String
  let command: String
  let machine: MachineRecord
  let configuration: [ReportFact]
  let measurements: [MeasurementRecord]
  let simulated: [SimulatedRecord]
  let plans: [PlanRecord]
  let planErrorMedian: Double?
  let planErrorWorst: Double?
  let planFloor: Double?
  let planOrders: [PlanOrderRecord]

  init(_ report: ScalingReport) {
    name = report.name
    scaling = report.scaling
    headline = report.headline
    command = report.commandLine
    machine = MachineRecord(
      processor: report.machine.processor, cores: report.machine.cores,
      memoryBytes: report.machine.memoryBytes, facts: report.machine.facts)
    configuration = report.configuration
    measurements = report.figures.map(MeasurementRecord.init)
    simulated = report.simulated.map {
      SimulatedRecord(
        ranks: $0.ranks, cluster: $0.cluster, plan: $0.plan, seconds: $0.seconds,
        efficiency: $0.efficiency)
    }
    plans = report.plans.map {
      PlanRecord(
        plan: $0.plan, predictedSeconds: $0.predictedSeconds, measuredSeconds: $0.measuredSeconds,
        error: $0.error)
    }
    planErrorMedian = report.planErrors?.median
    planErrorWorst = report.planErrors?.worst
    planFloor = report.planFloor
    planOrders = (report.plans.isEmpty ? [] : report.planOrders).map {
      PlanOrderRecord(apart: $0.apart, pairs: $0.pairs, right: $0.right)
    }
  }
}

private struct PlanOrderRecord: Encodable {
  let apart: Double
  let pairs: Int
  let right: Int
}

private struct MachineRecord: Encodable {
  let processor: String
  let cores: Int
  let memoryBytes: Int?
  let facts: [ReportFact]
}

private struct SimulatedRecord: Encodable {
  let ranks: Int
  let cluster: String
  let plan: String
  let seconds: Double
  let efficiency: Double
}

private struct PlanRecord: Encodable {
  let plan: String
  let predictedSeconds: Double
  let measuredSeconds: Double
  let error: Double
}

private struct MemoryRecord: Encodable {
  let rank: Int
  let measuredBytes: Int?
  let predictedBytes: Int?
}

private struct LostRecord: Encodable {
  let fillAndDrain, imbalance, messages, reduction, memory, work, oversubscription, other: Double
  let total: Double

  init(_ lost: LostTime) {
    fillAndDrain = lost[.fillAndDrain]
    imbalance = lost[.imbalance]
    messages = lost[.messages]
    reduction = lost[.reduction]
    memory = lost[.memory]
    work = lost[.work]
    oversubscription = lost[.oversubscription]
    other = lost[.other]
    total = lost.total
  }
}

private struct MeasurementRecord: Encodable {
  let ranks: Int
  let oversubscribed: Bool
  let plan: String
  let schedule: String
  let batch: Int
  let microbatches: Int
  let repeats: [Double]
  let secondsPerStep: Double
  let idealSeconds: Double
  let speedUp, speedUpLeast, speedUpMost: Double
  let efficiency: Double
  let predictedSeconds: Double?
  let predictionError: Double?
  let bubble, bubbleBySpan: Double?
  let lostSeconds: LostRecord
  let lostBy: String?
  let memory: [MemoryRecord]

  init(_ figures: ScalingFigures) {
    let measurement = figures.measurement
    ranks = measurement.ranks
    oversubscribed = figures.isOversubscribed
    plan = measurement.plan
    schedule = measurement.schedule
    batch = measurement.batch
    microbatches = measurement.microbatches
    repeats = measurement.repeats
    secondsPerStep = measurement.seconds
    idealSeconds = figures.idealSeconds
    speedUp = figures.speedUp
    speedUpLeast = figures.speedUpSpread.lowerBound
    speedUpMost = figures.speedUpSpread.upperBound
    efficiency = figures.efficiency
    predictedSeconds = measurement.prediction?.makespanSeconds
    predictionError = figures.predictionError
    bubble = measurement.prediction?.bubbleFraction
    bubbleBySpan = measurement.prediction?.spanBubbleFraction
    lostSeconds = LostRecord(figures.lost)
    lostBy = figures.lostBy?.rawValue
    memory = measurement.memory.map {
      MemoryRecord(
        rank: $0.rank, measuredBytes: $0.measuredBytes, predictedBytes: $0.predictedBytes)
    }
  }
}
