/// What becomes of an output folder that holds a run already.
public enum ExistingRun: String, CaseIterable, Hashable, Sendable, Encodable {
  /// The new run goes to the next free folder beside it.
  case version
  /// The old run is removed.
  case replace
  /// The new run doesn't start.
  case refuse
}
