import PartitaReport

/// How far something is: one line that is drawn anew on a terminal, a line for each part of the way
/// otherwise.
final class ProgressBar {
  private let terminal: Terminal
  private let isShown: Bool
  private let pause: Duration
  private let parts: Int
  private var lastDrawn: ContinuousClock.Instant?
  private var lastPart = 0

  /// - Parameters:
  ///   - terminal: where it is drawn.
  ///   - isShown: false for a bar that says nothing.
  ///   - pause: the least time between two drawings.
  ///   - parts: without a terminal, how many lines are written of the whole way; 0 for none.
  init(
    on terminal: Terminal, isShown: Bool = true, pause: Duration = .milliseconds(100),
    parts: Int = 0
  ) {
    self.terminal = terminal
    self.isShown = isShown
    self.pause = pause
    self.parts = parts
  }

  /// Shows that `done` of `count` are done.
  ///
  /// - Parameters:
  ///   - words: stand behind the bar; what is longer than the terminal's line is cut off.
  ///   - line: the line for a part, counted from 1, where there is no terminal.
  func show(
    _ done: Int, of count: Int, _ words: @autoclosure () -> String,
    line: (_ part: Int) -> String = { _ in "" }
  ) {
    guard isShown, count > 0 else { return }
    guard terminal.isWatched else {
      let part = parts * done / count
      if part != lastPart, part > 0 { terminal.write(line(part) + "\n") }
      lastPart = part
      return
    }
    let now = ContinuousClock.now
    if let lastDrawn, now - lastDrawn < pause { return }
    lastDrawn = now
    let line = ProgressLine(done, of: count, words())
    terminal.write("\r\u{1B}[K" + line.text(columns: terminal.columns))
  }

  /// Takes the bar away.
  func clear() {
    if isShown, terminal.isWatched { terminal.write("\r\u{1B}[K") }
  }
}
