/// How far a measurement is.
public struct ProfilingProgress: Sendable {
  /// What is being measured.
  public let what: String
  /// The parts done, of how many.
  public let done, total: Int

  /// Says that so many parts of a measurement are done.
  package init(what: String, done: Int, total: Int) {
    self.what = what
    self.done = done
    self.total = total
  }
}
