internal import PartitaConfig
internal import PartitaFiles
public import PartitaReport

extension RunRecord {
  /// How L fell over a run's first samples: means over so many stretches of steps.
  ///
  /// - Parameters:
  ///   - batch: samples of a step.
  ///   - points: the stretches, at most one for each step.
  /// - Throws: `RunError.noRecord` where the run has said no step.
  public func losses(batch: Int, points: Int) throws -> [TradeoffReport.Row.Point] {
    let losses = try steps.compactMap { try JSON.value(RunEvent.self, from: $0.utf8).loss }
    guard !losses.isEmpty else { throw RunError.noRecord }
    let count = min(points, losses.count)
    return (1...count).map { point in
      let stretch = losses[(point - 1) * losses.count / count..<point * losses.count / count]
      return TradeoffReport.Row.Point(
        samples: (point * losses.count / count) * batch,
        loss: stretch.reduce(0, +) / Double(stretch.count))
    }
  }
}
