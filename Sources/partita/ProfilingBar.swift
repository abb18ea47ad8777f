import PartitaRuntime
import PartitaTraining

/// How far a measurement is: a bar on a terminal, a line for each quarter otherwise.
final class ProfilingBar {
  private let isShown: Bool
  private var lastDrawn = ContinuousClock.now
  private var lastQuarter = 0

  init(isShown: Bool) { self.isShown = isShown }

  func show(_ progress: ProfilingProgress) {
    guard isShown else { return }
    guard Console.isTerminal else {
      let quarter = 4 * progress.done / progress.total
      if quarter != lastQuarter, quarter > 0 {
        Console.print("\(progress.what): \(25 * quarter) %")
      }
      lastQuarter = quarter
      return
    }
    guard ContinuousClock.now - lastDrawn > .milliseconds(100) else { return }
    lastDrawn = .now
    let done = 24 * progress.done / progress.total
    let bar = String(repeating: "#", count: done) + String(repeating: ".", count: 24 - done)
    Console.show("\r[\(bar)] \(progress.what) \(progress.done)/\(progress.total) ")
  }

  func end() {
    if isShown, Console.isTerminal { Console.show("\r\u{1B}[K") }
  }
}
