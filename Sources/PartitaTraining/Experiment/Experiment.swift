public import PartitaConfig
public import PartitaData
public import PartitaGraph
public import PartitaPlan
public import PartitaRuntime
public import PartitaSchedule
public import PartitaStepPlanner

/// Everything that is decided before any rank starts: graphs, plan, and a program for each size of
/// batch that occurs.
///
/// A pure function of the configuration, what the data looks like, and the number of ranks; every
/// rank makes the same one.
public struct Experiment: Sendable {
  /// The run that was planned.
  public let blueprint: Blueprint
  /// Who holds which layers.
  public let plan: Plan
  /// The schedule's name, or the file that its table came from.
  public let orderName: String
  /// The programs that can occur.
  public let programs: [StagedProgram]
  private let trainingPrograms: [Int: Int]
  private let evaluationPrograms: [Int: Int]

  /// Plans a run.
  ///
  /// - Parameters:
  ///   - config: what to run.
  ///   - data: what the samples look like and how many there are.
  ///   - worldSize: the number of ranks.
  ///   - isOnPaper: whether it is for a prediction alone: programs then leave out buckets of gradients
  ///     that are like others.
  /// - Throws: `TrainingError` or `DataError`, with what would fit.
  public init(
    _ config: TrainingConfig, data: DataDescription, worldSize: Int, isOnPaper: Bool = false
  ) throws {
    try self.init(Blueprint(config, data: data), worldSize: worldSize, isOnPaper: isOnPaper)
  }

  /// Plans a run that was drawn up.
  ///
  /// - Parameters:
  ///   - blueprint: the run.
  ///   - worldSize: the number of ranks.
  ///   - choice: the plan and its order; nil takes what the configuration says.
  ///   - isOnPaper: whether it is for a prediction alone.
  /// - Throws: `TrainingError` with what would fit.
  public init(
    _ blueprint: Blueprint, worldSize: Int, choice: StepChoice? = nil, isOnPaper: Bool = false
  ) throws {
    let config = blueprint.config
    let (training, batches) = (blueprint.training, blueprint.batches)
    let (testBatches, judged) = (blueprint.testBatches, blueprint.validationBatches)
    let choice = try choice ?? blueprint.choiceOfFile()
    if let needed = choice?.plan.worldSize, needed != worldSize {
      throw TrainingError.plan(
        "the plan is for \(needed) ranks, and there are \(worldSize): start it with mpirun -n \(needed)"
      )
    }
    let source = try ScheduleSource(config, choice: choice)
    let plan: Plan
    do {
      let costs = LayerGraph(training, samples: batches.sliceSize).secondsOnUsualCore
      plan =
        try choice?.plan
        ?? config.planRequest(source).plan(
          layers: training.graph.layers.map(\.name), seconds: costs,
          microbatches: config.training.microbatches,
          gradientGroups: config.training.gradientGroups,
          gradientOrder: config.training.gradientOrder,
          shardsUpdate: config.parallel.shardedUpdate && blueprint.step == .training,
          worldSize: worldSize)
      let staged = try [training, blueprint.evaluation].map { model in
        try StagedModel(
          model, stageOfLayer: plan.stageOfLayer, stageCount: plan.stages.count,
          recomputed: plan.recomputed)
      }
      var programs: [StagedProgram] = []
      func lower(
        _ staged: StagedModel, _ batches: Batches, sizes: [Int],
        table: ([Int]) throws -> ScheduleTable
      ) throws -> [Int: Int] {
        var indices: [Int: Int] = [:]
        for size in sizes where indices[size] == nil {
          indices[size] = programs.count
          let sizes = batches.sliceSizes(ofBatchOf: size)
          let program = StagedProgram(
            staged, try table(sizes.indices.filter { sizes[$0] > 0 }), microbatchSizes: sizes,
            isOnPaper: isOnPaper)
          do { try Verifier.prove(program.program) } catch {
            throw TrainingError.plan(error.explanation(program.program))
          }
          programs.append(program)
        }
        return indices
      }
      // Products of the Hessian are all of one batch, and nobody judges them.
      let trains = blueprint.step == .training
      trainingPrograms = try lower(
        staged[0], batches, sizes: trains ? batches.batchSizes : [batches.batch]
      ) {
        try source.table(plan: plan, microbatches: $0)
      }
      evaluationPrograms = try lower(
        staged[1], testBatches,
        sizes: trains ? testBatches.batchSizes + judged.batchSizes : []
      ) {
        ScheduleTable(ForwardOnly(), plan: plan, microbatches: $0)
      }
      self.programs = programs
    } catch let error as PlanError {
      throw TrainingError.plan("\(error)")
    } catch let error as GraphError {
      throw TrainingError.plan("\(error)")
    }
    self.blueprint = blueprint
    self.plan = plan
    orderName = choice?.order.words ?? config.parallel.schedule.words
  }

  /// What the run depends on.
  public var config: TrainingConfig { blueprint.config }
  /// The network with objective, gradients and what a step assigns.
  public var training: ModelGraph { blueprint.training }
  /// The network with its loss alone.
  public var evaluation: ModelGraph { blueprint.evaluation }
  /// The classes of the data's labels; of a text, the size of its vocabulary.
  public var classes: Int { blueprint.classes }
  /// The batches of an epoch.
  public var batches: Batches { blueprint.batches }
  /// The batches of the test set.
  public var testBatches: Batches { blueprint.testBatches }
  /// The batches of the validation samples; none where nothing or the test set judges.
  public var validationBatches: Batches { blueprint.validationBatches }

  /// The index in `programs` of the program that trains on a batch of this size.
  func trainingProgram(batch: Int) -> Int? { trainingPrograms[batch] }

  /// The index in `programs` of the program that evaluates a batch of this size.
  func evaluationProgram(batch: Int) -> Int? { evaluationPrograms[batch] }

  /// The programs that evaluate, by the size of a batch.
  var evaluating: [(batch: Int, program: StagedProgram)] {
    evaluationPrograms.sorted { $0.key < $1.key }.map { ($0.key, programs[$0.value]) }
  }

  /// The program of a full batch: what `partita schedule` prints.
  public var mainProgram: Program { mainStagedProgram.program }

  /// The same with what its stages compute.
  var mainStagedProgram: StagedProgram { programs[mainIndex] }

  /// Its index in `programs`.
  var mainIndex: Int { trainingPrograms[batches.batch] ?? 0 }

  /// The steps of the run.
  public var stepCount: Int {
    min(config.training.epochs * batches.batchCount, config.training.steps ?? .max)
  }

  /// Whether a rank's stage reads inputs or labels in any program, so that the rank needs the data.
  public func readsData(rank: Int) -> Bool {
    programs.contains { program in
      let graph = program.staged.model.graph
      return program.program.ranks[rank].holdings.contains { holding in
        program.staged.stages[holding.stage].microbatchVariables.contains { variable in
          graph[variable].role == .input || graph[variable].role == .label
        }
      }
    }
  }

  /// The tag behind those of all programs' messages.
  var firstFreeTag: Int { programs.reduce(0) { $0 + $1.program.messages.count } }
}
