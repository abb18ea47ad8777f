internal import PartitaConfig
public import PartitaData
public import PartitaDevice
internal import PartitaGraph
internal import PartitaPlan
internal import PartitaRuntime
public import PartitaTransport

/// A trained network that is asked, one rank's part of it: forward passes alone, in an arena that has
/// neither gradients nor an optimizer's state.
///
/// What it says has the bits that training with the same microbatches would see, whatever the plan.
public final class Predictor {
  /// What the network says of one batch.
  public struct Answers: Sendable {
    /// The samples, by their places in the test part.
    public let samples: Range<Int>
    /// Outputs of one answer: one for each class.
    public let classes: Int
    /// The outputs of all answers, sample after sample; a text has an answer for each position.
    public let outputs: [Float]

    package init(samples: Range<Int>, classes: Int, outputs: [Float]) {
      self.samples = samples
      self.classes = classes
      self.outputs = outputs
    }

    /// The outputs of each answer.
    public var rows: some Sequence<ArraySlice<Float>> {
      stride(from: 0, to: outputs.count, by: classes).lazy.map { outputs[$0..<$0 + classes] }
    }
  }

  private let experiment: Experiment
  private let transport: any Transport
  private let runtime: RankRuntime
  private let feeder: DataFeeder
  /// The index of the program for each size of a batch.
  private let programs: [Int: Int]
  /// The rows that this rank's stage made of the present batch.
  private var rows: [UInt8] = []
  private let weightsDigest: String

  /// Prepares a rank; nothing is sent yet.
  ///
  /// - Parameters:
  ///   - experiment: the run, of a blueprint that tells outputs.
  ///   - dataset: whose test part is asked about; nil on a rank whose stage reads none.
  ///   - weights: the safetensors file of the network's weights.
  ///   - device: where kernels run.
  ///   - transport: how messages travel.
  /// - Throws: anything that keeps this rank from running.
  public init(
    _ experiment: Experiment, dataset: Dataset?, weights: String, device: any Device,
    transport: any Transport
  ) throws {
    precondition(experiment.evaluation.tellsOutputs)
    try experiment.blueprint.checkRunnable()
    let all = experiment.evaluating
    self.experiment = experiment
    self.transport = transport
    feeder = DataFeeder(dataset, seed: experiment.config.seed)
    programs = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1.batch, $0) })
    runtime = try RankRuntime(
      all.map(\.program), device: device, transport: transport, feeder: feeder)
    weightsDigest = try runtime.loadWeights(from: weights, of: experiment.evaluation.graph)
    feeder.onOutputs = { [unowned self] bytes, _ in rows += bytes }
  }

  /// The outputs of one answer.
  public var classes: Int {
    experiment.evaluation.graph.type(of: experiment.evaluation.outputs).shape.last
  }

  /// What this rank read as weights.
  public var weightsFact: Fact { Fact("weights", digest: weightsDigest) }

  /// Bytes of this rank's arena.
  public var arenaBytes: Int { runtime.arenaBytes }

  /// Goes through the test part, batch by batch. Every rank must call it.
  ///
  /// - Parameter observe: told on every rank what the network says of each batch.
  /// - Returns: L over the test part.
  /// - Throws: `RuntimeError` or `TransportError` on a rank whose own work failed: it must abort the
  ///   others.
  public func run(_ observe: (Answers) throws -> Void) throws -> Double {
    let batches = experiment.testBatches
    feeder.beginTest()
    var loss = 0.0
    for batch in 0..<batches.batchCount {
      let range = batches.range(ofBatch: batch)
      feeder.beginBatch(range, sampleWeight: 1 / Double(batches.samples))
      guard let program = programs[range.count] else {
        preconditionFailure("no program for a batch of \(range.count)")
      }
      rows.removeAll(keepingCapacity: true)
      loss += try runtime.perform(program, step: 0).loss
      try observe(answers(for: range))
    }
    return loss
  }

  /// The rows that all ranks made, in the order of samples.
  private func answers(for range: Range<Int>) throws -> Answers {
    let (plan, sizes) = (experiment.plan, experiment.testBatches.sliceSizes(ofBatchOf: range.count))
    let shape = experiment.evaluation.graph.type(of: experiment.evaluation.outputs).shape
    let ranks = transport.size == 1 ? [rows] : try transport.gather(rows)
    var next = ranks.map { _ in 0 }
    var outputs: [Float] = []
    outputs.reserveCapacity(range.count * shape.count)
    for (microbatch, size) in sizes.enumerated() where size > 0 {
      let rank = plan.rank(ofMicrobatch: microbatch, stage: plan.stages.count - 1)
      let count = size * shape.count
      ranks[rank].withUnsafeBytes { bytes in
        for index in 0..<count {
          outputs.append(
            bytes.loadUnaligned(fromByteOffset: next[rank] + 4 * index, as: Float.self))
        }
      }
      next[rank] += 4 * count
    }
    return Answers(samples: range, classes: shape.last, outputs: outputs)
  }
}
