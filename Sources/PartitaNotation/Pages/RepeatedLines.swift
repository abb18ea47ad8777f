/// Lines of which blocks that repeat are shown once.
///
/// Blocks are alike when their lines are, but for the numbers of letters, and when letters stand for
/// each other one to one: what one block calls h2, another calls h5 throughout.
struct RepeatedLines {
  /// A line as it is compared.
  struct Key {
    /// The line without the numbers of letters.
    let skeleton: String
    /// Its symbols, in order.
    let symbols: [Symbol]
  }

  /// What is shown.
  enum Part: Equatable {
    /// The line with this index.
    case line(Int)
    /// In place of blocks like the lines above.
    case blocks(count: Int, lines: Int, last: Int)
  }

  /// What stands in place of blocks that aren't shown.
  ///
  /// - Parameters:
  ///   - count: the blocks.
  ///   - lines: of each.
  ///   - last: what their last line computes.
  static func words(count: Int, lines: Int, last: String) -> String {
    let block =
      lines == 1 ? "lines like this" : "times the \(lines) lines above, with other numbers"
    return "\(count) more \(block), up to \(last)"
  }

  private let keys: [Key]
  /// Fewer lines than these aren't worth to be hidden.
  private static let leastHidden = 8
  /// Longer blocks aren't looked for.
  private static let longest = 400

  /// Takes lines; nothing is compared yet.
  init(_ keys: [Key]) { self.keys = keys }

  /// The lines, each first block shown and all like it hidden.
  ///
  /// Complexity: O(lines · longest block), where lines differ early.
  var parts: [Part] {
    var parts: [Part] = []
    var index = 0
    while index < keys.count {
      guard let (length, count) = longestRepeat(from: index) else {
        parts.append(.line(index))
        index += 1
        continue
      }
      parts += (index..<index + length).map(Part.line)
      index += length * count
      parts.append(.blocks(count: count - 1, lines: length, last: index - 1))
    }
    return parts
  }

  /// The block at a line that hides most by its repetitions, the shortest of those; at least three alike.
  private func longestRepeat(from start: Int) -> (length: Int, count: Int)? {
    var best: (length: Int, count: Int)?
    let longest = min(Self.longest, (keys.count - start) / 3)
    guard longest >= 1 else { return nil }
    for length in 1...longest {
      var count = 1
      while start + (count + 1) * length <= keys.count,
        isAlike(start, start + count * length, length)
      { count += 1 }
      let hidden = (count - 1) * length
      guard count >= 3, hidden >= Self.leastHidden else { continue }
      if hidden > best.map({ ($0.count - 1) * $0.length }) ?? 0 { best = (length, count) }
    }
    return best
  }

  private func isAlike(_ first: Int, _ second: Int, _ length: Int) -> Bool {
    var (forth, back): ([Symbol: Symbol], [Symbol: Symbol]) = ([:], [:])
    for offset in 0..<length {
      let (a, b) = (keys[first + offset], keys[second + offset])
      guard a.skeleton == b.skeleton, a.symbols.count == b.symbols.count else { return false }
      for (one, other) in zip(a.symbols, b.symbols) {
        guard forth[one, default: other] == other, back[other, default: one] == one else {
          return false
        }
        (forth[one], back[other]) = (other, one)
      }
    }
    return true
  }
}

extension Equation {
  /// The equation as repeated lines are compared.
  var key: RepeatedLines.Key {
    RepeatedLines.Key(
      skeleton: sides(withSteps: true).map { $0.written(in: SkeletonStyle()) }
        .joined(separator: " = ") + "\(shape)" + rule.filter { !$0.isNumber },
      symbols: subject.symbols + result.symbols)
  }
}

/// Text without the numbers of letters.
private struct SkeletonStyle: ExpressionStyle {
  private let text = TextStyle()
  var elementwise: String { text.elementwise }
  var dots: String { text.dots }
  func symbol(_ symbol: Symbol) -> String { "\(symbol.letter)\(symbol.rank)" }
  func derivative(_ top: Symbol, _ bottom: Symbol) -> String {
    "d\(symbol(top))/d\(symbol(bottom))"
  }
  func coefficient(_ number: Coefficient) -> String { text.coefficient(number) }
  func transposed(_ term: String, isDerivative: Bool) -> String {
    text.transposed(term, isDerivative: isDerivative)
  }
  func function(_ name: String, isSlope: Bool, _ arguments: [String]) -> String {
    text.function(name, isSlope: isSlope, arguments)
  }
  func squaredNorm(_ term: String) -> String { text.squaredNorm(term) }
  func total(_ words: String) -> String { text.total(words) }
  func parenthesized(_ term: String) -> String { text.parenthesized(term) }
}
