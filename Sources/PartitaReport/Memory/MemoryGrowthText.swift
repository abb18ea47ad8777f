/// How memory grows with the batch, for people.
public struct MemoryGrowthText {
  private let points: [(batch: Int, bytes: Int)]
  private let constant, perSample, worst: Double

  /// - Parameters:
  ///   - points: bytes of the largest rank's arena by the batch.
  ///   - constant: bytes that don't depend on the batch, by the fit.
  ///   - perSample: bytes of each sample, by the fit.
  ///   - worst: the largest part of its bytes by which a point lies off the fit.
  public init(
    _ points: [(batch: Int, bytes: Int)], constant: Double, perSample: Double, worst: Double
  ) {
    self.points = points
    self.constant = constant
    self.perSample = perSample
    self.worst = worst
  }

  /// The points, and the fit in a sentence.
  public var lines: [String] {
    var table = Table(["batch", "arena, bytes", "fit"], wordColumns: 0)
    for point in points {
      table.add([
        NumberText.count(point.batch), NumberText.count(point.bytes),
        NumberText.count(Int((constant + perSample * Double(point.batch)).rounded())),
      ])
    }
    return table.text.split(separator: "\n").map(String.init) + [sentence]
  }

  /// The fit.
  public var sentence: String {
    "proportional to the batch: \(NumberText.count(Int(constant.rounded()))) bytes and "
      + "\(NumberText.count(Int(perSample.rounded()))) for each sample; at most "
      + "\(NumberText.percent(worst)) off"
  }
}
