internal import PartitaWorkload

/// The chain search's view of Piper's cost model: needs are devices, and replicas of all stages.
struct PiperTable: ChainTable {
  let model: PiperModel
  let pool: PrefixPool
  let work: [Double]
  let limits: PartitionCertificate.Need
  /// The tensor degrees that occur, ascending.
  private let degrees: [Int]
  /// The numbers of replicas that a stage may have, ascending.
  private let replicas: [Int]
  /// What was computed of stages; a pair of rows and a degree is looked at for many thresholds.
  private let memo: StageMemo

  private final class StageMemo {
    var stages: [Int: PiperStage?] = [:]
    var seconds: [Key: Double] = [:]
  }

  private struct Key: Hashable {
    let stage, replicas, inFlight: Int
  }

  /// Sorts prefixes by the least device time of their nodes.
  init(_ model: PiperModel, _ prefixes: PrefixPool) {
    self.model = model
    let leastWork = model.leastDeviceSeconds
    let sums = (0..<prefixes.count).map { row in
      (0..<model.graph.count).reduce(0.0) {
        prefixes.contains(row, $1) ? $0 + leastWork[$1] : $0
      }
    }
    let sizes = (0..<prefixes.count).map(prefixes.size)
    let rows = sums.indices.sorted { (sums[$0], sizes[$0], $0) < (sums[$1], sizes[$1], $1) }
    pool = prefixes.picking(rows)
    work = rows.map { sums[$0] }
    limits = .init(devices: model.deviceLimit, others: min(model.microbatches, model.deviceLimit))
    degrees = Set(model.costs.variants.joined().map(\.tensorDegree)).sorted()
    replicas = (1...max(1, model.replicaLimit)).filter { model.microbatches % $0 == 0 }
    memo = StageMemo()
  }

  func leastDevices(work: Double, below threshold: Double) -> Int {
    let least = work / threshold * (1 - 1e-12)
    return least < Double(Int32.max) ? max(1, Int(least.rounded(.up))) : Int(Int32.max)
  }

  func leastOthers(devices: Int) -> Int { 1 }

  func isBorder(_ row: Int, below threshold: Double) -> Bool { true }

  private func stage(from row: Int, to next: Int, degree: Int) -> PiperStage? {
    let key = (row * pool.count + next) * degrees.count + degree
    if let known = memo.stages[key] { return known }
    let stage = PiperStage(
      model, pool, from: row, to: next, tensorDegree: degrees[degree])
    memo.stages[key] = stage
    return stage
  }

  /// For each degree the least number of replicas that does: more of them only take more.
  func ways(
    from row: Int, to next: Int, below threshold: Double, behind: PartitionCertificate.Need,
    _ body: (StageWay) -> Void
  ) {
    for (index, degree) in degrees.enumerated() {
      guard behind.devices + degree <= limits.devices,
        let stage = stage(from: row, to: next, degree: index)
      else { continue }
      let work = work[next] - work[row]
      let least = leastDevices(work: work, below: threshold) / degree
      for count in replicas where count >= least {
        guard behind.devices + count * degree <= limits.devices,
          behind.others + count <= limits.others
        else { break }
        guard stage.leastSeconds(replicas: count) < threshold else { continue }
        let inFlight = (behind.others + count + count - 1) / count
        let key = Key(
          stage: (row * pool.count + next) * degrees.count + index, replicas: count,
          inFlight: inFlight)
        let seconds =
          memo.seconds[key] ?? stage.leastSeconds(replicas: count, inFlight: inFlight)
        memo.seconds[key] = seconds
        guard seconds < threshold else { continue }
        body(StageWay(need: .init(devices: count * degree, others: count), code: degree))
        break
      }
    }
  }

  func part(
    from row: Int, to next: Int, _ way: StageWay, behind: PartitionCertificate.Need
  ) -> Partition.Part {
    let count = way.need.others
    let nodes = pool.nodes(of: next, without: row)
    var part = Partition.Part(nodes: nodes, replicas: count, tensorDegree: way.code)
    if let stage = PiperStage(model, pool, from: row, to: next, tensorDegree: way.code) {
      part.variants = stage.fastestVariants(
        replicas: count, inFlight: (behind.others + count + count - 1) / count)
    }
    return part
  }
}

extension PiperModel {
  /// The least device seconds of each node: over its variants, degree times seconds.
  var leastDeviceSeconds: [Double] {
    costs.variants.map { variants in
      variants.reduce(.infinity) { min($0, Double($1.tensorDegree) * $1.seconds) }
    }
  }
}
