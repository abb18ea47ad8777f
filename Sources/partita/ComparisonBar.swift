import Foundation

/// How far a comparison is, on standard error: a bar on a terminal, a line each tenth otherwise.
final class ComparisonBar {
  private let plans: Int
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let start = ContinuousClock.now
  private var done = 0
  private var lastTenth = 0

  /// - Parameter plans: how many times `show` will be called.
  init(plans: Int) { self.plans = plans }

  /// Says what begins.
  func show(_ what: String) {
    defer { done += 1 }
    guard isTerminal else {
      let tenth = 10 * done / plans
      if tenth != lastTenth { Console.say("compare: \(done) of \(plans) plans\n") }
      lastTenth = tenth
      return
    }
    let length = 24 * done / plans
    let bar = String(repeating: "#", count: length) + String(repeating: ".", count: 24 - length)
    let seconds = Int((ContinuousClock.now - start) / .seconds(1))
    Console.say("\r\u{1B}[K[\(bar)] \(done)/\(plans)  \(seconds) s  \(what)")
  }

  /// Takes the bar away.
  func end() {
    if isTerminal { Console.say("\r\u{1B}[K") }
  }
}
