internal import PartitaFiles
internal import PartitaPlanner
internal import PartitaWorkload

/// A trial as a line keeps it, with the bound that the planner proved.
struct TrialRecord: Decodable {
  let seconds: Double
  let lowerBound: Double?
  private let value, claimedValue: Double?
  private let devices, parts: Int?
  private let remark: String?
  private let reason: String?
  private let plan: PartitionDocument?

  private enum CodingKeys: String, CodingKey {
    case seconds, value, devices, parts, remark, reason, plan
    case claimedValue = "claimed_value"
    case lowerBound = "lower_bound"
  }

  init(
    seconds: Double, _ outcome: PartitionTrial.Outcome, lowerBound: Double? = nil,
    plan: PartitionDocument? = nil
  ) {
    self.plan = plan
    self.seconds = seconds
    self.lowerBound = lowerBound
    var score: PartitionTrial.Score?
    switch outcome {
    case .scored(let found): (score, reason) = (found, nil)
    case .refused(let words): reason = words
    }
    value = score?.value
    claimedValue = score?.claimedValue
    devices = score?.devices
    parts = score?.parts
    remark = score?.remark
  }

  func trial(_ method: PartitionMethod, _ seed: UInt64?) -> PartitionTrial {
    var outcome = PartitionTrial.Outcome.refused(reason: reason ?? "")
    if let value, let devices, let parts {
      outcome = .scored(
        PartitionTrial.Score(
          value: value, claimedValue: claimedValue, devices: devices, parts: parts,
          remark: remark))
    }
    return PartitionTrial(
      method: method, seed: seed, seconds: seconds, outcome: outcome, plan: plan)
  }

  /// The record as it is written; what is not known is left out.
  var json: JSON {
    let values: [(CodingKeys, JSON?)] = [
      (.seconds, .number(seconds)), (.value, value.map(JSON.number)),
      (.claimedValue, claimedValue.map(JSON.number)), (.lowerBound, lowerBound.map(JSON.number)),
      (.devices, devices.map(JSON.integer)), (.parts, parts.map(JSON.integer)),
      (.remark, remark.map(JSON.string)), (.reason, reason.map(JSON.string)),
      (.plan, plan?.json),
    ]
    return JSON(members: values.compactMap { key, value in value.map { (key.stringValue, $0) } })
  }
}
