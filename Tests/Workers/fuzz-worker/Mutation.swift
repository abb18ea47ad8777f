import PartitaGraph

/// Changes of bytes, mostly one, as slips of the pen, broken discs and ill will make them.
enum Mutation {
  /// The bytes with changes.
  static func changed(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    var bytes = bytes
    for _ in 0...[0, 0, 0, 1, 2][random.next(below: 5)] { change(&bytes, &random) }
    return bytes
  }

  private static func change(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
    guard !bytes.isEmpty else { return }
    let place = random.next(below: bytes.count)
    switch random.next(below: 12) {
    case 0: bytes[place] ^= 1 << UInt8(random.next(below: 8))
    case 1: bytes[place] = UInt8(truncatingIfNeeded: random.next())
    case 2: bytes.removeLast(bytes.count - place)
    case 3: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.next(below: 40)))
    case 4: changeLine(&bytes, &random)
    case 5:
      bytes.insert(
        contentsOf: [[0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [0], [0xC3]][random.next(below: 4)], at: 0)
    case 6:
      let piece = bytes[place..<min(bytes.count, place + 1 + random.next(below: 60))]
      bytes.insert(contentsOf: piece, at: random.next(below: bytes.count))
    case 7: changeWord(&bytes, &random)
    default: changeNumber(&bytes, &random)
    }
  }

  private static let numbers = [
    "0", "-1", "1", "2", "3", "7", "64", "255", "256", "65536", "1048576", "2147483647",
    "2147483648", "4294967296", "1099511627776", "9007199254740993", "9223372036854775807",
    "9223372036854775808", "18446744073709551615", "-9223372036854775808", "1e3", "1e18", "1e19",
    "1e30", "1e100", "1e308", "1e309", "-1e308", "1e-320", "5e-324", "1e-300", "0.5", "-0.0",
    "0.1e1", "NaN", "Infinity", ".inf", "null", "true", "\"1\"", "[]", "{}", "[[1]]", "012",
    "1_000",
    "000000000000000000000000000000000000001", "1.0000000000000000000000000000001",
  ]

  /// Puts a neighbour, or a number of the ends of ranges, in the place of a number.
  private static func changeNumber(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
    func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    let starts = bytes.indices.filter {
      isDigit(bytes[$0]) && ($0 == 0 || !isDigit(bytes[$0 - 1]))
    }
    guard !starts.isEmpty else { return }
    let start = starts[random.next(below: starts.count)]
    let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
    var number = numbers[random.next(below: numbers.count)]
    if random.next(below: 2) == 0,
      let value = Int(String(decoding: bytes[start..<end], as: UTF8.self))
    {
      number = "\([value &+ 1, value &- 1, value &* 2, value / 2][random.next(below: 4)])"
    }
    bytes.replaceSubrange(start..<end, with: number.utf8)
  }

  private static let words = [
    "[", "]", "{", "}", ":", ",", "\"", "'", "\n", "\\", "- ", "&a ", "*a", "? ", "!!int ", "|\n",
    "#",
    "%", "\t", "\u{FEFF}", "é", "\u{0}", "--", "=", ";", "0F0", "F", "1B", "EXCHANGE", "-1", "~",
    String(repeating: "[", count: 3000), String(repeating: "x", count: 30000),
    String(repeating: "9", count: 400), String(repeating: "a,", count: 3000),
  ]

  /// Puts a word that means something somewhere.
  private static func changeWord(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
    let word = words[random.next(below: words.count)].utf8
    bytes.insert(contentsOf: word, at: random.next(below: bytes.count + 1))
  }

  /// Doubles a line, leaves it out, or puts it elsewhere.
  private static func changeLine(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
    let newline = UInt8(ascii: "\n")
    var lines = bytes.split(separator: newline, omittingEmptySubsequences: false)
    let line = lines[random.next(below: lines.count)]
    switch random.next(below: 3) {
    case 0: lines.insert(line, at: random.next(below: lines.count))
    case 1: lines.remove(at: random.next(below: lines.count))
    default: lines[random.next(below: lines.count)] = line
    }
    bytes = Array(lines.joined(separator: [newline]))
  }
}
