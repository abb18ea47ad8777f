/// The order in which one rank works through its microbatches: compute actions only.
///
/// A schedule knows nothing of messages, reductions or memory; lowering adds them, the same way
/// for every schedule.
public protocol Schedule: Sendable {
  /// The actions of the rank at a seat: for each of its stages and microbatches F and B, or F, I
  /// and W. Not complete at a seat with another number of stages than the schedule works with.
  func actions(at seat: Seat) -> [ComputeAction]
}
