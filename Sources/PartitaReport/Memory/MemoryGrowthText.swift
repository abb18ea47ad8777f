public import PartitaFiles

/// How memory grows with a size, for people and programs.
public struct MemoryGrowthText {
  /// What a size takes: bytes of all ranks' arenas, and of them those of activations kept.
  public typealias Point = (size: Int, bytes: Int, keptBytes: Int)
  /// A fit: bytes that don't depend on the size, bytes of each one of it, and the largest part of its
  /// bytes by which a point lies off.
  public typealias Line = (constant: Double, slope: Double, worst: Double)

  /// What grows, as "batch".
  public let name: String
  private let unit: String
  private let points: [Point]
  private let bytes, kept: Line

  /// - Parameters:
  ///   - name: of the size, as "batch".
  ///   - unit: one of what it counts, as "sample".
  ///   - points: what was computed, size ascending.
  ///   - bytes: the fit of the arena.
  ///   - kept: that of the activations kept.
  public init(_ name: String, unit: String, _ points: [Point], bytes: Line, kept: Line) {
    self.name = name
    self.unit = unit
    self.points = points
    self.bytes = bytes
    self.kept = kept
  }

  /// The points, and the fits in a sentence.
  public var lines: [String] {
    var table = Table(
      [name, "arenas, bytes", "fit", "activations kept", "fit"], wordColumns: 0)
    for point in points {
      table.add(
        [
          point.size, point.bytes, at(point.size, of: bytes), point.keptBytes,
          at(point.size, of: kept),
        ].map(NumberText.count))
    }
    return table.text.split(separator: "\n").map(String.init) + [sentence]
  }

  /// The fits.
  public var sentence: String {
    "proportional to the \(name): \(words(bytes)) for each \(unit), at most "
      + "\(NumberText.percent(bytes.worst)) off; of them activations kept: \(words(kept)), at most "
      + "\(NumberText.percent(kept.worst)) off"
  }

  /// The points and the fit of the arena as an object.
  public var json: JSON {
    [
      "constant": .number(bytes.constant),
      "per_\(unit.replacing(" ", with: "_"))": .number(bytes.slope),
      "kept_constant": .number(kept.constant), "kept_slope": .number(kept.slope),
      "worst": .number(bytes.worst),
      "points": .array(
        points.map {
          [
            name: .integer($0.size), "arena_bytes": .integer($0.bytes),
            "kept_bytes": .integer($0.keptBytes),
          ]
        }),
    ]
  }

  private func at(_ size: Int, of line: Line) -> Int {
    Int((line.constant + line.slope * Double(size)).rounded())
  }

  private func words(_ line: Line) -> String {
    "\(NumberText.count(Int(line.constant.rounded()))) bytes and "
      + NumberText.count(Int(line.slope.rounded()))
  }
}
