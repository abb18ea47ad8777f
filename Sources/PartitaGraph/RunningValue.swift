/// A variable that follows a statistic of the microbatches without being trained: at the end of a
/// step it becomes (1 - m)·itself + m·(the statistic's mean over the batch's samples).
public struct RunningValue: Hashable, Sendable {
  /// The variable, of role `VariableRole.running`.
  public let variable: ValueID
  /// What it follows: n x [C], the same in the entry of each sample of a microbatch.
  public let statistic: ValueID
  /// m, the share of the new.
  public let momentum: Double
  /// Pixels of a channel where the statistic is a variance that shall be unbiased; nil for a mean.
  public let pixels: Int?
  /// The layer that has it.
  public let layer: Int?
}

extension Graph {
  /// Appends a running value of the open layer, which evaluation reads and training moves.
  ///
  /// - Parameters:
  ///   - name: its name, as `<layer>.running_mean`.
  ///   - channels: its shape.
  ///   - start: its first values.
  /// - Throws: `GraphError.name` where the name is taken.
  public mutating func runningValue(_ name: String, _ channels: Shape, startsAt start: Double)
    throws(GraphError) -> ValueID
  {
    try variable(name, .shared(channels), .running(.constant(start)))
  }
}
