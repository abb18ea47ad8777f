public import PartitaConfig
public import PartitaData
public import PartitaGraph
public import PartitaPlan
public import PartitaRuntime
public import PartitaSchedule

/// Everything that is decided before any rank starts: graphs, plan, and a program for each size of
/// batch that occurs.
///
/// A pure function of the configuration, what the data looks like, and the number of ranks; every
/// rank makes the same one.
public struct Experiment: Sendable {
  /// What the run depends on.
  public let config: TrainingConfig
  /// The network with objective, gradients and updates.
  public let training: ModelGraph
  /// The network with its loss alone.
  public let evaluation: ModelGraph
  /// Who holds which layers.
  public let plan: Plan
  /// The classes of the data's labels; of a text, the size of its vocabulary.
  public let classes: Int
  /// The batches of an epoch.
  public let batches: Batches
  /// The batches of the test set.
  public let testBatches: Batches
  /// The batches of the validation samples; none where nothing or the test set judges.
  public let validationBatches: Batches
  /// The programs that can occur.
  public let programs: [StagedProgram]
  private let trainingPrograms: [Int: Int]
  private let evaluationPrograms: [Int: Int]

  /// What a device of this kind does in a second: enough to balance layers against each other.
  private static let flopsPerSecond = 1e11
  private static let bytesPerSecond = 2e10

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
    let training = try Self.model(config, data, mode: .training)
    let evaluation = try Self.model(config, data, mode: .prediction)
    let validation = data.isOfOneStep ? nil : config.training.validation
    let validationCount = validation?.count(of: data.trainCount) ?? 0
    if case .share(let share)? = validation, validationCount == 0 {
      throw TrainingError.model(
        "training.validation: \(share) of \(data.trainCount) samples is none: take more")
    }
    if validation == .test, data.testCount == 0 {
      throw TrainingError.model("training.validation: there is no test set to judge by")
    }
    let batches = try Batches.training(
      samples: data.trainCount - validationCount, batch: config.training.batch,
      microbatches: config.training.microbatches)
    let testBatches = Batches(
      samples: data.testCount, batch: config.training.batch,
      microbatches: config.training.microbatches)
    for model in [training, evaluation] { try Self.checkSize(model, samples: batches.sliceSize) }
    validationBatches = Batches(
      samples: validationCount, batch: config.training.batch,
      microbatches: config.training.microbatches)
    let judged = validationBatches
    let source = try ScheduleSource(config)
    let plan: Plan
    do {
      let costs = LayerGraph(training, samples: batches.sliceSize).seconds(
        flopsPerSecond: Self.flopsPerSecond, bytesPerSecond: Self.bytesPerSecond)
      plan = try config.planRequest(source).plan(
        layers: training.graph.layers.map(\.name), seconds: costs,
        microbatches: config.training.microbatches,
        gradientGroups: config.training.gradientGroups,
        gradientOrder: config.training.gradientOrder, worldSize: worldSize)
      let staged = try [training, evaluation].map { model in
        try StagedModel(model, stageOfLayer: plan.stageOfLayer, stageCount: plan.stages.count)
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
      trainingPrograms = try lower(staged[0], batches, sizes: batches.batchSizes) {
        try source.table(plan: plan, microbatches: $0)
      }
      evaluationPrograms = try lower(
        staged[1], testBatches, sizes: testBatches.batchSizes + judged.batchSizes
      ) {
        ScheduleTable(ForwardOnly(), plan: plan, microbatches: $0)
      }
      self.programs = programs
    } catch let error as PlanError {
      throw TrainingError.plan("\(error)")
    } catch let error as GraphError {
      throw TrainingError.plan("\(error)")
    }
    self.config = config
    classes = data.classes
    self.training = training
    self.evaluation = evaluation
    self.plan = plan
    self.batches = batches
    self.testBatches = testBatches
  }

  /// The index in `programs` of the program that trains on a batch of this size.
  func trainingProgram(batch: Int) -> Int? { trainingPrograms[batch] }

  /// The index in `programs` of the program that evaluates a batch of this size.
  func evaluationProgram(batch: Int) -> Int? { evaluationPrograms[batch] }

  /// The program of a full batch: what `partita schedule` prints.
  public var mainProgram: Program { mainStagedProgram.program }

  /// The same with what its stages compute.
  var mainStagedProgram: StagedProgram { programs[trainingPrograms[batches.batch] ?? 0] }

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

  private static func checkSize(_ model: ModelGraph, samples: Int) throws(TrainingError) {
    do { try model.graph.checkSize(samples: samples) } catch { throw .model("\(error)") }
  }

  private static func model(
    _ config: TrainingConfig, _ data: DataDescription, mode: NetworkMode
  ) throws(TrainingError) -> ModelGraph {
    do {
      var graph = Graph()
      let family = config.model.family
      let modelData = config.modelData(data)
      let layers = try family.layers(for: modelData)
      let shape = family.inputShape(of: modelData.sample)
      let element: ElementType = data.input.element == .int32 ? .int32 : .float32
      let input = try graph.variable("input", .perSample(shape, element), .input)
      let outputs = try graph.buildNetwork(
        layers, on: input, mode: mode, seed: config.seed, classes: data.classes)
      try config.check(outputs: graph.type(of: outputs).shape, fit: data)
      return try ModelGraph(
        graph, outputs: outputs, objective: config.objective,
        optimizer: mode == .training ? config.training.optimizer : nil)
    } catch let error as GraphError {
      throw .model("\(error)")
    } catch let error as TrainingError {
      throw error
    } catch {
      preconditionFailure("an error of no known kind: \(error)")
    }
  }
}
