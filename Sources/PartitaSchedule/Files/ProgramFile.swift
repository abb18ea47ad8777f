internal import PartitaFiles
internal import PartitaGraph
internal import PartitaKeys
internal import PartitaPlan

/// A program as a file: what a person can read, change and have judged.
///
/// `plan`, `pipeline` and `microbatch_sizes` say what there is to do; `ranks` has an object for each
/// rank, with its `actions` as the words that they print as, and its `slots`: for each stage that
/// it holds the slot of each microbatch, -1 for none. Messages and reductions follow from the first
/// three and are not written.
///
/// A program that has been changed loads as it stands, with actions missing, doubled, or on the
/// wrong rank: the verifier judges it. Only what names nothing at all is refused.
extension Program: Codable {
  private enum CodingKeys: String, CodingKey {
    case plan, pipeline, ranks
    case microbatchSizes = "microbatch_sizes"
    case writer = "partita_version"
  }

  fileprivate struct RankFile: Codable {
    let actions: String
    let slots: [SlotsFile]
  }

  fileprivate struct SlotsFile: Codable {
    let stash: [Int32]
    let received: [Int32]
    let gradientsIn: [Int32]
    let gradientsOut: [Int32]
    /// Of what R makes; only where there is R.
    let recomputed: [Int32]?

    enum CodingKeys: String, CodingKey {
      case stash, received, recomputed
      case gradientsIn = "gradients_in"
      case gradientsOut = "gradients_out"
    }
  }

  /// Writes what the file holds.
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(PartitaVersion.current, forKey: .writer)
    try container.encode(plan, forKey: .plan)
    try container.encode(pipeline, forKey: .pipeline)
    try container.encode(microbatchSizes, forKey: .microbatchSizes)
    let width = microbatchSizes.count
    func file(_ slots: BufferSlots.Slots) -> [Int32] {
      (0..<width).map { Int32(slots[$0] ?? -1) }
    }
    let files = ranks.map { rank in
      RankFile(
        actions: rank.actions.map(\.description).joined(separator: " "),
        slots: rank.buffers.map {
          SlotsFile(
            stash: file($0.stash), received: file($0.received), gradientsIn: file($0.gradientsIn),
            gradientsOut: file($0.gradientsOut),
            recomputed: $0.recomputed.count > 0 ? file($0.recomputed) : nil)
        })
    }
    try container.encode(files, forKey: .ranks)
  }

  /// Reads a program.
  /// - Throws: `ProgramFileError` for what names nothing, `PlanError` for a plan that can't be,
  ///   `DecodingError` for what isn't there.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let plan = try container.decode(Plan.self, forKey: .plan)
    let pipeline = try container.decode(Pipeline.self, forKey: .pipeline)
    let sizes = try container.decode([Int].self, forKey: .microbatchSizes)
    let files = try container.decode([RankFile].self, forKey: .ranks)
    if let index = sizes.firstIndex(where: { $0 < 0 || $0 > Int(Int32.max) }) {
      throw ProgramFileError(
        place: "microbatch_sizes, entry \(index)", reason: "\(sizes[index]) is no size")
    }
    try pipeline.check(against: plan, samples: sizes.max() ?? 0)
    try plan.checkSize(microbatches: sizes.count)
    guard files.count == plan.worldSize else {
      throw ProgramFileError(
        place: "ranks", reason: "there are \(files.count), and the plan needs \(plan.worldSize)")
    }
    let (messages, channels, reductions) = Self.communication(
      pipeline, plan: plan, microbatches: sizes.indices.filter { sizes[$0] > 0 })
    var ranks: [RankProgram] = []
    for (rank, file) in files.enumerated() {
      var words = ActionWords(
        pipeline, plan: plan, microbatchSizes: sizes, channels: channels, rank: rank)
      var actions: [Action] = []
      for word in file.actions.split(whereSeparator: \.isWhitespace) {
        do throws(ActionWords.Problem) { actions.append(try words.action(word)) } catch {
          throw ProgramFileError(
            place: "rank \(rank), action \(actions.count), \(word)", reason: error.reason)
        }
      }
      let holdings = plan.holdings[rank]
      guard file.slots.count == holdings.count else {
        throw ProgramFileError(
          place: "rank \(rank), slots",
          reason: "there are \(file.slots.count), and the rank holds \(holdings.count) stages")
      }
      var buffers: [BufferSlots] = []
      for (place, slots) in file.slots.enumerated() {
        buffers.append(
          try slots.buffers(
            microbatches: sizes.count, stages: holdings.count,
            place: "rank \(rank), slots of stage \(holdings[place].stage)"
          ))
      }
      ranks.append(RankProgram(holdings: holdings, actions: actions, buffers: buffers))
    }
    self.init(
      plan: plan, pipeline: pipeline, microbatchSizes: sizes, messages: messages, ranks: ranks,
      reductions: reductions)
  }
}

extension Program.SlotsFile {
  fileprivate func buffers(
    microbatches: Int, stages: Int, place: String
  ) throws(ProgramFileError) -> BufferSlots {
    func read(
      _ slots: [Int32], _ name: String, shared stages: Int = 1
    ) throws(ProgramFileError) -> BufferSlots.Slots {
      guard slots.count == microbatches else {
        throw ProgramFileError(
          place: "\(place), \(name)",
          reason: "there are \(slots.count), and there are \(microbatches) microbatches")
      }
      // More slots than microbatches would be a slip of the pen, and could ask for all memory.
      let largest = slots.max() ?? -1
      guard slots.allSatisfy({ $0 >= -1 }), Int(largest) < microbatches * stages else {
        throw ProgramFileError(
          place: "\(place), \(name)", reason: "slots are -1 to \(microbatches * stages - 1)")
      }
      return BufferSlots.Slots(slots, count: Int(largest) + 1)
    }
    return BufferSlots(
      stash: try read(stash, "stash"), received: try read(received, "received"),
      gradientsIn: try read(gradientsIn, "gradients_in"),
      gradientsOut: try read(gradientsOut, "gradients_out"),
      recomputed: try recomputed.map { slots throws(ProgramFileError) in
        try read(slots, "recomputed", shared: stages)
      } ?? .none)
  }
}

extension Pipeline {
  /// - Parameter samples: of the largest microbatch.
  /// - Throws: `ProgramFileError` where the model isn't cut into the plan's stages, or what passes
  ///   between them is too large.
  fileprivate func check(against plan: Plan, samples: Int) throws(ProgramFileError) {
    guard stageCount == plan.stages.count, gradientElements.count == stageCount else {
      throw ProgramFileError(
        place: "pipeline",
        reason: "it has \(stageCount) stages and gradients of \(gradientElements.count), "
          + "and the plan has \(plan.stages.count) stages")
    }
    if let stage = gradientElements.firstIndex(where: { $0 < 0 || $0 > Graph.elementLimit }) {
      throw ProgramFileError(
        place: "pipeline, gradientElements of stage \(stage)",
        reason: "found \(gradientElements[stage]), expected 0 to \(Graph.elementLimit)")
    }
    guard sharesFit(plan) else {
      throw ProgramFileError(
        place: "pipeline, shardedElements",
        reason: "replicas share no more than a stage's gradients, where the plan says so")
    }
    guard layers.count == plan.stages.last?.layers.upperBound else {
      throw ProgramFileError(
        place: "pipeline, layers",
        reason: "there are \(layers.count), and the plan's stages hold "
          + "\(plan.stages.last?.layers.upperBound ?? 0)")
    }
    if recomputation?.fits(layers: layers.count, stages: stageCount) == false {
      throw ProgramFileError(
        place: "pipeline, recomputation",
        reason: "it needs a share from 0 to 1 for each layer, and bytes for each stage")
    }
    for (index, edge) in edges.enumerated() {
      for stage in [edge.from, edge.to] where !(0..<stageCount).contains(stage) {
        throw ProgramFileError(
          place: "pipeline, edge \(index)", reason: "there is no stage \(stage)")
      }
      guard edge.bytes >= 0, edge.bytesPerSample >= 0 else {
        throw ProgramFileError(
          place: "pipeline, edge \(index)", reason: "it has less than no bytes")
      }
      let bytes = Int.sum(edge.bytes, .product(edge.bytesPerSample, samples))
      guard bytes <= Graph.byteLimit else {
        throw ProgramFileError(
          place: "pipeline, edge \(index)",
          reason: "a message of \(samples) samples has more than \(Graph.byteLimit) bytes")
      }
    }
  }
}

/// What is wrong with a program's file.
public struct ProgramFileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Where, as `rank 1, action 3, 0Q3`.
  public let place: String
  /// What.
  public let reason: String

  public var description: String { "\(place.shortened(to: 300)): \(reason.shortened(to: 900))" }
}
