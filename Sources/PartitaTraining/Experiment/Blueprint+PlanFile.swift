public import PartitaConfig
internal import PartitaData
internal import PartitaFiles
internal import PartitaGraph
internal import PartitaPlan
public import PartitaStepPlanner

extension Blueprint {
  /// The choice of the plan's file that the configuration names; nil where it names none.
  /// - Throws: `FileError` for what is no such file, `TrainingError.plan` where it is of another run.
  public func choiceOfFile() throws -> StepChoice? {
    guard case .file(let path) = config.parallel.planning else { return nil }
    let document = try PlanFile.read(path)
    try check(document, of: path)
    return document.choice
  }

  /// Draws up the run that a plan is for: with its microbatches and groups, where they are others than
  /// the configuration's.
  ///
  /// - Parameters:
  ///   - config: the run.
  ///   - document: the plan.
  ///   - path: its file.
  /// - Throws: `TrainingError.plan` with the first difference; what is wrong with the configuration.
  public init(_ config: TrainingConfig, of document: PlanDocument, path: String) throws {
    var config = config
    if document.origin.changesBits {
      config = try config.with(
        microbatches: document.origin.microbatchSizes.count,
        gradientGroups: document.choice.plan.gradientGroups)
    }
    try self.init(config, data: config.describeData())
    try check(document, of: path)
  }

  /// Checks that a plan is for this run's network, in its microbatches and gradient groups.
  ///
  /// - Parameters:
  ///   - document: the plan.
  ///   - path: its file.
  /// - Throws: `TrainingError.plan` with the first difference.
  public func check(_ document: PlanDocument, of path: String) throws {
    let (origin, plan) = (document.origin, document.choice.plan)
    func refuse(_ problem: String) -> TrainingError { .plan("\(path): \(problem): plan it anew") }
    let names = training.graph.layers.map(\.name)
    if let (index, pair) = zip(origin.layers, names).enumerated().first(where: { $1.0 != $1.1 }) {
      throw refuse(
        "its layer \(index) is '\(pair.0)', the model's is '\(pair.1)'")
    }
    guard origin.layers.count == names.count else {
      throw refuse("it has \(origin.layers.count) layers, the model has \(names.count)")
    }
    let sizes = batches.sliceSizes(ofBatchOf: batches.batch)
    guard origin.microbatchSizes == sizes else {
      throw refuse(
        "it is for microbatches of \(origin.microbatchSizes) samples, the run's have \(sizes)")
    }
    guard plan.gradientGroups == config.training.gradientGroups else {
      throw refuse(
        "it is for \(plan.gradientGroups) gradient groups, the run has "
          + "\(config.training.gradientGroups)")
    }
    guard plan.gradientOrder == config.training.gradientOrder else {
      throw refuse("it folds gradients in \(plan.gradientOrder.rawValue) order, the run doesn't")
    }
    guard plan.shardsUpdate == config.parallel.shardedUpdate else {
      throw refuse(
        "its replicas \(plan.shardsUpdate ? "share" : "don't share") updates, and the run has "
          + "parallel.sharded_update: \(config.parallel.shardedUpdate)")
    }
    guard origin.modelSHA256 == modelDigest else {
      throw refuse("its model has layers of the same names, and others inside")
    }
  }

  /// The SHA-256 of all that a plan of the run depends on: the graph, microbatches, groups.
  public var modelDigest: String {
    let loop = config.training
    let text =
      "\(training.graph)\n\(batches.sliceSizes(ofBatchOf: batches.batch)) \(loop.gradientGroups) "
      + loop.gradientOrder.rawValue
    return SHA256.hexadecimal(of: Array(text.utf8))
  }
}
