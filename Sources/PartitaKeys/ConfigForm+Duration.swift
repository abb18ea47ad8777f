extension ConfigForm<Double> {
  private static let units: [(name: String, seconds: Double)] = [
    ("min", 60), ("ms", 0.001), ("s", 1), ("h", 3600), ("d", 86400),
  ]

  /// A length of time with its unit, in seconds: `55min`, `90s`, `1.5h`.
  public static let duration = ConfigForm(
    expected: "a length of time above 0 with its unit, as 90s, 55min or 2h"
  ) { node in
    guard case .scalar(let text, quoted: _) = node.content,
      let unit = units.first(where: { text.hasSuffix($0.name) }),
      let number = number(.positive).read(
        ConfigNode(
          content: .scalar(String(text.dropLast(unit.name.count)), quoted: false),
          origin: node.origin))
    else { return nil }
    let seconds = number * unit.seconds
    return seconds.isFinite ? seconds : nil
  }

  /// The text of a length of time, which reads back as the same.
  public static func durationText(_ seconds: Double) -> String {
    seconds == seconds.rounded() && seconds < 1e15 ? "\(Int(seconds))s" : "\(seconds)s"
  }
}
