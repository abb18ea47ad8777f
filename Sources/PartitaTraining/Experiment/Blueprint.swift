public import PartitaConfig
public import PartitaData
public import PartitaGraph

/// A run before anybody has cut it: graphs and batches, for any plan.
public struct Blueprint: Sendable {
  /// What the run depends on.
  public let config: TrainingConfig
  /// What a step does.
  public let step: StepKind
  /// The network with objective, gradients and what a step assigns: updates, or products of the Hessian.
  public let training: ModelGraph
  /// The network with its loss alone.
  public let evaluation: ModelGraph
  /// The classes of the data's labels; of a text, the size of its vocabulary.
  public let classes: Int
  /// The batches of an epoch.
  public let batches: Batches
  /// The batches of the test set.
  public let testBatches: Batches
  /// The batches of the validation samples; none where nothing or the test set judges.
  public let validationBatches: Batches

  /// Draws a run up.
  ///
  /// - Parameters:
  ///   - config: what to run.
  ///   - data: what the samples look like and how many there are.
  ///   - step: what a step does.
  ///   - tellsOutputs: whether evaluation tells what the network says of each sample.
  /// - Throws: `TrainingError` or `DataError`, with what would fit.
  public init(
    _ config: TrainingConfig, data: DataDescription, step: StepKind = .training,
    tellsOutputs: Bool = false
  ) throws {
    let training = try Self.model(
      config, data, mode: step == .training ? .training : .curvature)
    let evaluation = try Self.model(
      config, data, mode: .prediction, tellsOutputs: tellsOutputs)
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
    let sizes = batches.batchSizes.flatMap { batches.sliceSizes(ofBatchOf: $0) }
    try Self.checkNorms(training, samples: sizes.filter { $0 > 0 }.min() ?? 0)
    validationBatches = Batches(
      samples: validationCount, batch: config.training.batch,
      microbatches: config.training.microbatches)
    self.config = config
    self.step = step
    self.training = training
    self.evaluation = evaluation
    self.batches = batches
    self.testBatches = testBatches
    classes = data.classes
  }

  /// Refuses a network that can only be planned.
  /// - Throws: `TrainingError.model` with what keeps it from running.
  func checkRunnable() throws(TrainingError) {
    if let problem = config.model.family.onPaper {
      throw .model("this network can be planned, and can't be run: \(problem)")
    }
  }

  private static func checkSize(_ model: ModelGraph, samples: Int) throws(TrainingError) {
    do { try model.graph.checkSize(samples: samples) } catch { throw .model("\(error)") }
  }

  private static func checkNorms(_ model: ModelGraph, samples: Int) throws(TrainingError) {
    do { try model.checkNorms(ofSmallestMicrobatch: samples) } catch { throw .model("\(error)") }
  }

  /// What a network tells of a sample: one row of outputs, or several, as of a text's positions.
  ///
  /// - Parameters:
  ///   - config: the network's.
  ///   - input: the type of a sample.
  ///   - classes: the classes that it was trained on, at least 1.
  /// - Throws: `TrainingError.model` where it doesn't take such samples.
  public static func outputShape(
    _ config: TrainingConfig, input: SampleType, classes: Int
  ) throws(TrainingError) -> Shape {
    let data = DataDescription(
      input: input, labels: [], classes: classes, loss: config.objective.loss, trainCount: 1,
      testCount: 0)
    let (graph, outputs) = try network(config, data, mode: .prediction)
    return graph.type(of: outputs).shape
  }

  private static func network(
    _ config: TrainingConfig, _ data: DataDescription, mode: NetworkMode
  ) throws(TrainingError) -> (graph: Graph, outputs: ValueID) {
    try inWords { () throws in
      var graph = Graph()
      let family = config.model.family
      let modelData = config.modelData(data)
      let layers = try family.layers(for: modelData)
      let shape = family.inputShape(of: modelData.sample)
      let element: ElementType = data.input.element == .int32 ? .int32 : .float32
      let input = try graph.variable("input", .perSample(shape, element), .input)
      let outputs = try graph.buildNetwork(
        layers, on: input, mode: mode, seed: config.seed, classes: data.classes)
      return (graph, outputs)
    }
  }

  private static func model(
    _ config: TrainingConfig, _ data: DataDescription, mode: NetworkMode,
    tellsOutputs: Bool = false
  ) throws(TrainingError) -> ModelGraph {
    let (graph, outputs) = try network(config, data, mode: mode)
    try config.check(outputs: graph.type(of: outputs).shape, fit: data)
    return try inWords { () throws in
      let model =
        mode == .curvature
        ? try ModelGraph(curvatureOf: graph, outputs: outputs, objective: config.objective)
        : try ModelGraph(
          graph, outputs: outputs, objective: config.objective,
          optimizer: mode == .training ? config.training.optimizer : nil,
          tellsOutputs: tellsOutputs)
      return try model.rounded(to: config.training.precision)
    }
  }

  /// What is wrong with a graph is wrong with the model.
  private static func inWords<Result>(
    _ build: () throws -> Result
  ) throws(TrainingError) -> Result {
    do { return try build() } catch let error as GraphError {
      throw .model("\(error)")
    } catch let error as TrainingError {
      throw error
    } catch {
      preconditionFailure("an error of no known kind: \(error)")
    }
  }

  /// Whether gradients depend on how a batch is cut into microbatches by more than rounding, as those of a
  /// norm over a microbatch do.
  public var dependsOnMicrobatches: Bool {
    training.graph.values.contains {
      if case .running = $0.role { true } else { false }
    }
  }
}
