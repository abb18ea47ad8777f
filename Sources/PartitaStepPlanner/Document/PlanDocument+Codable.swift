internal import PartitaFiles
internal import PartitaKeys
internal import PartitaPlan
internal import PartitaSchedule

extension PlanDocument: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case format, version, origin, stages, schedule, actions, pins, promise, front, measured,
      hosts
    case writer = "partita_version"
    case gradientGroups = "gradient_groups"
    case gradientOrder = "gradient_order"
    case shardsUpdate = "sharded_update"
    case memoryLimit = "memory_limit"
  }

  /// A stage by the names of its layers.
  private struct StageFile: Codable {
    let layers: [String]
    let ranks: [Int]
    /// The layers that are recomputed; nil for none.
    let recomputed: [String]?
  }

  /// Writes the object.
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Self.format, forKey: .format)
    try container.encode(Self.version, forKey: .version)
    try container.encode(PartitaVersion.current, forKey: .writer)
    try container.encode(origin, forKey: .origin)
    let plan = choice.plan
    try container.encode(
      plan.stages.map { stage in
        StageFile(
          layers: Array(origin.layers[stage.layers]), ranks: stage.ranks,
          recomputed: stage.recomputes ? stage.recomputed.map { origin.layers[$0] } : nil)
      },
      forKey: .stages)
    try container.encode(plan.gradientGroups, forKey: .gradientGroups)
    try container.encode(plan.gradientOrder, forKey: .gradientOrder)
    if plan.shardsUpdate { try container.encode(true, forKey: .shardsUpdate) }
    try container.encode(choice.order.words, forKey: .schedule)
    if case .found(let table) = choice.order {
      let rows = table.ranks.map { $0.map(\.description).joined(separator: " ") }
      try container.encode(rows, forKey: .actions)
    }
    if pins != PlanPins() { try container.encode(pins, forKey: .pins) }
    try container.encodeIfPresent(memoryLimit, forKey: .memoryLimit)
    try container.encode(promise, forKey: .promise)
    try container.encode(front, forKey: .front)
    try container.encodeIfPresent(measured, forKey: .measured)
    try container.encodeIfPresent(hosts, forKey: .hosts)
  }

  /// Reads the object, and checks the plan as if it had just been made.
  /// - Throws: `DecodingError` with the key and what would fit.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    let format = try container.decode(String.self, forKey: .format)
    guard format == Self.format else {
      throw container.refusal(.format, "found '\(format.shortened())', expected '\(Self.format)'")
    }
    let version = try container.count(forKey: .version)
    guard version == Self.version else {
      throw container.refusal(
        .version, "found \(version), expected \(Self.version): plan it anew")
    }
    let origin = try container.decode(Origin.self, forKey: .origin)
    var (stages, next) = ([Plan.Stage](), 0)
    for stage in try container.decode([StageFile].self, forKey: .stages) {
      let end = next + stage.layers.count
      guard end <= origin.layers.count, Array(origin.layers[next..<end]) == stage.layers else {
        throw container.refusal(
          .stages, "stage \(stages.count) doesn't hold the layers that follow those before it")
      }
      let recomputed = try (stage.recomputed ?? []).map { name in
        guard let layer = (next..<end).first(where: { origin.layers[$0] == name }) else {
          throw container.refusal(
            .stages, "stage \(stages.count) recomputes '\(name.shortened())', which it doesn't hold"
          )
        }
        return layer
      }
      stages.append(Plan.Stage(layers: next..<end, ranks: stage.ranks, recomputed: recomputed))
      next = end
    }
    let plan: Plan
    do {
      plan = try Plan(
        stages: stages, gradientGroups: container.count(forKey: .gradientGroups),
        gradientOrder: container.decode(GradientOrder.self, forKey: .gradientOrder),
        shardsUpdate: container.decodeIfPresent(Bool.self, forKey: .shardsUpdate) ?? false,
        layerCount: origin.layers.count)
    } catch let error as PlanError {
      throw container.refusal(.stages, "\(error)")
    }
    let microbatches = origin.microbatchSizes.indices.filter { origin.microbatchSizes[$0] > 0 }
    var order = StepChoice.Order.named(try container.decode(String.self, forKey: .schedule))
    if let rows = try container.decodeIfPresent([String].self, forKey: .actions) {
      do {
        let table = try ScheduleTable(
          plan: plan, microbatches: microbatches,
          ranks: rows.map { row in
            try row.split(separator: " ").map { word in
              guard let action = ComputeAction(word) else {
                throw container.refusal(.actions, "'\(String(word).shortened())' is no action")
              }
              return action
            }
          })
        try table.checkComplete()
        try table.checkGradientOrder()
        order = .found(table)
      } catch let error as ScheduleError {
        throw container.refusal(.actions, "\(error)")
      }
    }
    self.init(
      origin: origin, choice: StepChoice(plan: plan, order: order),
      pins: try container.decodeIfPresent(PlanPins.self, forKey: .pins) ?? PlanPins(),
      memoryLimit: try container.decodeIfPresent(Int.self, forKey: .memoryLimit),
      promise: try container.decode(Promise.self, forKey: .promise),
      front: try container.decode([Alternative].self, forKey: .front),
      measured: try container.decodeIfPresent(Measured.self, forKey: .measured),
      hosts: try container.decodeIfPresent([Int].self, forKey: .hosts))
  }
}
