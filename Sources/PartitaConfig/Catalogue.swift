public import PartitaData
public import PartitaGraph
internal import PartitaONNX
public import PartitaSchedule

/// All that a configuration can choose by name.
///
/// A value: take the standard one, add what is your own, and hand it to `TrainingConfig`.
public struct Catalogue: Sendable {
  /// The data sets of `data.name`.
  public var data: DataCatalogue
  /// The families of `model.kind`.
  public var models: ModelCatalogue
  /// The kinds of layers of `model.layers`.
  public var layers: LayerCatalogue
  /// The rules of `training.optimizer`.
  public var optimizers: OptimizerCatalogue
  /// The schedules of `parallel.schedule`.
  public var schedules: ScheduleCatalogue

  /// What is left out is the standard one.
  public init(
    data: DataCatalogue = .standard, models: ModelCatalogue = Self.families,
    layers: LayerCatalogue = .standard, optimizers: OptimizerCatalogue = .standard,
    schedules: ScheduleCatalogue = .standard
  ) {
    self.data = data
    self.models = models
    self.layers = layers
    self.optimizers = optimizers
    self.schedules = schedules
  }

  /// The families of this package, and networks of other programs.
  public static let families = ModelCatalogue(ModelCatalogue.standard.items + [ONNXModel.self])

  /// All that this package has.
  public static let standard = Catalogue()
}
