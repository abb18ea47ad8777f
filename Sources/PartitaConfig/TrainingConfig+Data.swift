public import PartitaData
internal import PartitaGraph

extension TrainingConfig {
  /// Looks at the data without loading samples.
  /// - Throws: `DataError` for files that are missing, damaged or too short.
  public func describeData() throws(DataError) -> DataDescription {
    try data.source.describe(loss: objective.loss)
  }

  /// Loads the data, with labels as the loss wants them.
  /// - Throws: `DataError` for files that are missing, damaged or too short.
  public func loadData() throws(DataError) -> Dataset {
    try data.source.load(loss: objective.loss, seed: seed)
  }
}
