import PartitaDevice
import PartitaRuntime
import PartitaSchedule
import PartitaTraining
import Testing

/// What a run's memory is for, before anything is allocated.
@Suite struct MemoryTests {
  private func experiment(
    _ model: TrainerModel, ranks: Int = 1, _ settings: [String] = []
  ) throws -> Experiment { try Experiment(model.config(settings), ranks: ranks) }

  /// Prediction takes less than training on every rank, and keeps nothing for a backward pass.
  @Test(arguments: TrainerModel.all, [1, 2])
  func predictionTakesLess(_ model: TrainerModel, ranks: Int) throws {
    let memory = try RunMemory(
      experiment(model, ranks: ranks, ["parallel.stages=\(ranks)"]), device: CPUDevice())
    for (training, prediction) in zip(memory.training, memory.prediction) {
      #expect(prediction.arenaBytes < training.arenaBytes)
      #expect(prediction.live.peakBytes < training.live.peakBytes)
      #expect(prediction.bytes(.gradients) == 0 && prediction.bytes(.state) == 0)
      #expect(prediction.bytes(.weights) == training.bytes(.weights))
      #expect(training.bytes(.gradients) > 0)
    }
  }

  /// The account is what the planner is told, and so what ranks allocate.
  @Test(arguments: TrainerModel.everyPrecision) func theAccountIsTheArena(_ model: TrainerModel)
    throws
  {
    let experiment = try experiment(model, ranks: 2, ["parallel.stages=2"])
    let memory = try RunMemory(experiment, device: CPUDevice())
    #expect(
      try memory.training.map(\.arenaBytes) == experiment.arenaBytes(device: CPUDevice()))
  }

  /// Memory is a constant and so much for each sample, but for gaps before pages, of which a tenth of an
  /// arena as small as this one may consist.
  @Test func memoryGrowsAsALineOfTheBatch() throws {
    let growth = try #require(
      try MemoryGrowth(ofBatch: experiment(.gpt), device: CPUDevice(), count: 8))
    #expect(growth.bytes.worst < 0.1)
    #expect(growth.bytes.slope > 0 && growth.points.count == 8)
    #expect(growth.kept.slope > 0 && growth.kept.slope <= growth.bytes.slope)
  }

  /// Every block keeps as much as the one before; a network without blocks doesn't grow.
  @Test func memoryGrowsAsALineOfTheDepth() throws {
    let growth = try #require(
      try MemoryGrowth(ofDepth: experiment(.gpt), device: CPUDevice()))
    let kept = growth.points.map(\.keptBytes)
    let each = zip(kept.dropFirst(), kept).map(-)
    #expect(growth.points.count == 4 && each[0] > 0 && Set(each).count == 1)
    #expect(growth.kept.worst < 1e-9 && growth.bytes.worst < 0.05)
    #expect(try MemoryGrowth(ofDepth: experiment(.skip), device: CPUDevice()) == nil)
  }

  /// The largest batch fits, and one sample more a microbatch doesn't.
  @Test func theLargestBatchIsTheLast() throws {
    let run = try experiment(.mlp)
    let limit = 3 * (try RunMemory(run, device: CPUDevice()).training[0].arenaBytes)
    let largest = try #require(try run.largestBatch(within: limit, device: CPUDevice()))
    func bytes(_ batch: Int) throws -> Int {
      let settings = [
        "training.batch=\(batch)", "data.samples=\(batch)", "data.test_samples=\(batch)",
      ]
      return try RunMemory(
        experiment(.mlp, settings), device: CPUDevice()
      ).training[0].arenaBytes
    }
    #expect(try bytes(largest) <= limit)
    #expect(try bytes(largest + 4) > limit)
    #expect(try run.largestBatch(within: 4096, device: CPUDevice()) == nil)
  }
}
