import PartitaConfig
import PartitaCurvature
import PartitaData
import PartitaDevice
import PartitaGraph
import PartitaRuntime
import PartitaSchedule
import PartitaTraining
import PartitaTransport
import TestDevices
import Testing

/// The curvature of networks that are cut over ranks.
@Suite struct HessianSpaceTests {
  /// Law 2: what is found has the bits of one rank, on every rank, whatever the plan; and the host touches no
  /// device's memory.
  @Test(arguments: TrainerModel.all, TrainerTests.shapes)
  func everyPlanFindsTheBitsOfOneRank(
    _ model: TrainerModel, _ shape: TrainerTests.Shape
  ) throws {
    let serial = try StudiedModel(model).studies()[0]
    try #require(serial.eigenvalues.count == 4 && serial.trace.samples.count == 3)
    for isGuarded in [false, true] {
      let studies = try StudiedModel(model, shape.overrides, ranks: shape.ranks).studies(
        device: { isGuarded ? GuardedDevice() as any Device : CPUDevice() })
      for study in studies { #expect(study.bits == serial.bits, "guarded: \(isGuarded)") }
    }
  }

  /// The whole matrix has the bits of one rank, too, and is symmetric as far as float32 goes.
  @Test(arguments: TrainerTests.shapes)
  func everyPlanFindsTheMatrix(_ shape: TrainerTests.Shape) throws {
    var request = StudiedModel.request
    request.wantsMatrix = true
    let model = TrainerModel.folded
    let serial = try StudiedModel(model).studies(request)[0]
    let matrix = try #require(serial.matrix)
    let largest = matrix.joined().map(abs).max() ?? 0
    try #require(largest > 0)
    for row in matrix.indices {
      for column in 0..<row {
        #expect(abs(matrix[row][column] - matrix[column][row]) <= 1e-6 * largest)
      }
    }
    for study in try StudiedModel(model, shape.overrides, ranks: shape.ranks).studies(request) {
      #expect(study.bits == serial.bits)
    }
  }

  /// Seeds change the random vectors, and nothing else is random.
  @Test func aSeedChangesTheVectors() throws {
    let studied = try StudiedModel(.gpt)
    let other = try HessianSpace(
      studied.experiment, dataset: studied.dataset, weights: nil, seed: 8, device: CPUDevice(),
      transport: LoopbackTransport.solo())
    let study = try CurvatureStudy(StudiedModel.request, of: other)
    let same = try studied.studies()[0]
    #expect(try studied.studies()[0].bits == same.bits)
    #expect(study.bits != same.bits)
  }

  /// In float32 the largest eigenvalue is that of the oracle in Float64, which takes the same samples, weights
  /// and random vectors.
  @Test(arguments: [TrainerModel.mlp, .skip, .gpt, .folded, .lenet, .resnet])
  func theOracleAgrees(_ model: TrainerModel) throws {
    let studied = try StudiedModel(model)
    let request = CurvatureRequest(eigenvalues: 1, steps: 12, starts: 1, probes: 2)
    let found = try studied.studies(request)[0]
    let exact = try CurvatureStudy(
      request,
      of: GraphSpace(
        studied.experiment.blueprint, dataset: studied.dataset, weights: nil, seed: 7))
    let (value, expected) = (
      try #require(found.eigenvalues.last?.value), try #require(exact.eigenvalues.last?.value)
    )
    #expect(expected > 0 && abs(value - expected) <= 1e-4 * expected, "\(value) \(expected)")
    for (sample, other) in zip(found.trace.samples, exact.trace.samples) {
      #expect(abs(sample - other) <= 1e-4 * max(abs(other), expected))
    }
  }

  /// FLOPs are foretold exactly: those of the nodes that all actions of the program run.
  @Test(arguments: TrainerModel.all, ["", "gpipe", "zb-h1"])
  func operationsAreForetold(_ model: TrainerModel, _ schedule: String) throws {
    let studied =
      schedule.isEmpty
      ? try StudiedModel(model)
      : try StudiedModel(
        model, ["parallel.replicas=[2, 1]", "parallel.schedule=\(schedule)"], ranks: 3)
    let program = try #require(studied.experiment.programs.first)
    #expect(studied.experiment.programs.count == 1)
    let products = program.staged.model
    let graph = products.graph
    func flops(_ nodes: [Int], _ samples: Int) -> Int {
      nodes.reduce(0) { sum, index in
        let node = graph.nodes[index]
        return sum
          + node.op.flops(
            inputs: node.inputs.map { graph.type(of: $0) },
            outputs: node.outputs.map { graph.type(of: $0) }, samples: samples)
      }
    }
    var run = 0
    for rank in program.program.ranks {
      for case .compute(let action) in rank.actions {
        let stage = program.staged.stages[action.stage]
        let nodes =
          switch action.phase {
          case .forward: stage.forward
          case .recompute: stage.recompute
          case .backward: stage.backward
          case .inputGradient: stage.inputGradient
          case .weightGradient: stage.weightGradient
          }
        run += flops(nodes, program.program.microbatchSizes[action.microbatch])
      }
    }
    let updates = Set(
      program.staged.stages.flatMap {
        $0.updateBeforeExchange + $0.everywhere + $0.updateAfterExchange
      })
    run += flops(Array(updates), 1)
    let cost = try CurvatureCost(
      of: products, StudiedModel.request,
      microbatches: program.program.microbatchSizes.filter { $0 > 0 })
    #expect(run == cost.product.flops)
  }

  /// The first batch of the first epoch is what J is over: L is that of a training's first step.
  @Test(arguments: [TrainerModel.mlp, .skip, .folded, .lenet, .resnet])
  func theBatchIsTheFirstOfTraining(_ model: TrainerModel) throws {
    let space = try StudiedModel(model).space()
    _ = try space.product(space.signs(0))
    let first = try #require(try TrainerOutcome.train(model.config(), ranks: 1)[0].losses.first)
    #expect(space.loss.bitPattern == first.bitPattern)
  }

  /// A J that is no number ends all ranks alike, in words.
  @Test(arguments: ["[1]", "[2]", "[1, 1]", "[2, 1]"])
  func whatIsNotFiniteEndsAllRanks(replicas: String) throws {
    let stages = replicas.split(separator: ",").count
    let ranks = replicas.compactMap(\.wholeNumberValue).reduce(0, +)
    let studied = try StudiedModel(
      .mlp,
      [
        "objective.weight_decay=1e308", "objective.decay_biases=true",
        "parallel.replicas=\(replicas)", "parallel.stages=\(stages)",
      ], ranks: ranks)
    let ends = try LoopbackTransport.run(ranks: ranks) { transport -> CurvatureError? in
      do {
        _ = try CurvatureStudy(StudiedModel.request, of: studied.space(transport))
      } catch let error as CurvatureError {
        return error
      }
      return nil
    }
    #expect(ends == Array(repeating: .notFinite, count: ranks))
  }

  /// A study's time is foretold to all ranks alike, of long steps and of short ones.
  @Test(arguments: [1e-6, 1.0]) func studiesAreTimed(_ stepSeconds: Double) throws {
    let studied = try StudiedModel(.gpt, ["parallel.replicas=[1, 1]"], ranks: 2)
    let seconds = try LoopbackTransport.run(ranks: 2) { transport in
      var request = StudiedModel.request
      request.wantsMatrix = true
      return try studied.space(transport).seconds(of: request, stepSeconds: stepSeconds)
    }
    #expect(seconds[0] == seconds[1] && seconds[0] > 0)
    if stepSeconds == 1 { #expect(seconds[0] > 1) }
  }
}
