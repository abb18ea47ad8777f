internal import Foundation

/// Numbers as a reader wants them: few digits, always the same ones.
package enum NumberText {
  /// With so many decimals, halves away from zero.
  package static func fixed(_ value: Double, _ decimals: Int) -> String {
    var scale = 1
    for _ in 0..<decimals { scale *= 10 }
    guard value.isFinite, abs(value) < min(1e15, 1e18 / Double(scale)) else { return "\(value)" }
    let whole = Int((abs(value) * Double(scale)).rounded())
    let sign = value < 0 && whole > 0 ? "-" : ""
    guard decimals > 0 else { return sign + "\(whole)" }
    let rest = "\(whole % scale)"
    return sign + "\(whole / scale)." + String(repeating: "0", count: decimals - rest.count) + rest
  }

  /// With at most so many decimals, none of them an idle zero: coordinates.
  package static func short(_ value: Double, _ decimals: Int = 2) -> String {
    var text = fixed(value, decimals)
    guard text.contains(".") else { return text }
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  /// With three significant digits, or all of a whole part that has more.
  static func significant(_ value: Double) -> String {
    guard value != 0 else { return "0" }
    let size = abs(value)
    if size >= 999.5, size < 1e15 { return count(Int(value.rounded())) }
    return fixed(value, size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3)
  }

  /// With so many significant digits; far from 1 with a power of ten, as `1.250e-07`.
  package static func digits(_ value: Double, _ count: Int = 4) -> String {
    let size = abs(value)
    guard value.isFinite, size > .leastNormalMagnitude else { return value == 0 ? "0" : "\(value)" }
    var power = Int(floor(log10(size)))
    var mantissa = fixed(size / pow(10, Double(power)), count - 1)
    if mantissa.hasPrefix("10") {
      power += 1
      mantissa = fixed(size / pow(10, Double(power)), count - 1)
    }
    if (-4..<6).contains(power) { return fixed(value, max(0, count - 1 - power)) }
    let places = (abs(power) < 10 ? "0" : "") + "\(abs(power))"
    return (value < 0 ? "-" : "") + mantissa + (power < 0 ? "e-" : "e+") + places
  }

  /// As `78.3 %`.
  package static func percent(_ fraction: Double) -> String { fixed(100 * fraction, 1) + " %" }

  /// As `4,096`.
  package static func count(_ value: Int) -> String {
    var digits = Array("\(abs(value))")
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: place)
      place -= 3
    }
    return (value < 0 ? "-" : "") + String(digits)
  }

  /// As `1.25 ms`; less than half a nanosecond is none.
  package static func seconds(_ value: Double) -> String {
    // What is left of a difference is nothing.
    guard abs(value) >= 5e-10 else { return "0 s" }
    let unit = TimeUnit(for: abs(value))
    return significant(value / unit.seconds) + " " + unit.name
  }

  /// As `12.5 MiB`.
  package static func bytes(_ value: Int) -> String {
    var (size, unit) = (Double(value), "B")
    for larger in ["KiB", "MiB", "GiB", "TiB"] where size >= 1024 {
      size /= 1024
      unit = larger
    }
    return (unit == "B" ? "\(value)" : significant(size)) + " " + unit
  }
}

/// What the seconds of an axis or a table are written in.
public struct TimeUnit: Hashable, Sendable {
  /// Its sign.
  public let name: String
  /// How long one is.
  public let seconds: Double

  /// A unit of so many seconds.
  public init(name: String, seconds: Double) {
    self.name = name
    self.seconds = seconds
  }

  /// Slots of time on paper, one second each.
  public static let slots = TimeUnit(name: "slots", seconds: 1)

  /// The largest unit of which a length of time is at least one.
  public init(for length: Double) {
    self =
      length >= 1
      ? TimeUnit(name: "s", seconds: 1)
      : length >= 1e-3
        ? TimeUnit(name: "ms", seconds: 1e-3)
        : TimeUnit(name: "µs", seconds: 1e-6)
  }
}
