/// How far something is, as one line: a bar, and words behind it.
package struct ProgressLine: Hashable {
  private let done, count: Int
  private let words: String

  /// `done` of `count`, which is above 0.
  package init(_ done: Int, of count: Int, _ words: String) {
    self.done = done
    self.count = count
    self.words = words
  }

  /// The line on a terminal: cut before the last of so many columns, for a cursor behind that would
  /// go on to the next line, and each drawing would leave one behind.
  package func text(columns: Int) -> String {
    let length = 24 * min(max(done, 0), count) / count
    let bar = String(repeating: "#", count: length) + String(repeating: ".", count: 24 - length)
    return String("[\(bar)] \(words)".prefix(max(columns - 1, 1)))
  }
}
