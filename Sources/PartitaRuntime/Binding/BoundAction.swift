internal import PartitaDevice
internal import PartitaGraph

/// An action of the program with every address, message and kernel list looked up.
///
/// Nothing is searched, allocated or decided while a step runs: the interpreter walks a list of
/// these.
enum BoundAction<D: Device> {
  /// Waits, fills the variables, runs a list.
  case run(BoundRun<D>)
  /// Starts messages, once what they carry has arrived itself.
  case start([ArenaMessage], after: [ArenaMessage])
  /// The first half of a bucket's reduction.
  case reduce(BoundReduction)
  /// The second half.
  case combine(BoundReduction)
  /// Lets every rank know every scalar.
  case exchange(ScalarExchange)
}

/// One run of a kernel list.
struct BoundRun<D: Device> {
  let executable: D.Executable
  /// What comes before it: the roundings of weights, before the first F of a step.
  var before: D.Executable?
  /// The regions' addresses, in the bound program's table.
  let bindings: UnsafePointer<UnsafeMutableRawPointer>
  /// Whether sums over samples are added to what is there: not for a group's first microbatch.
  let accumulates: Bool
  /// Messages that must be complete: what it reads, and what still leaves from where it writes.
  let waits: [ArenaMessage]
  /// Variables to be filled before it runs.
  let fills: [Fill]
  /// Values that the host reads when it has run.
  var readings: [Reading] = []
}

/// One bucket of gradients, reduced over groups and replicas by the tree of law 2.
struct BoundReduction {
  /// Additions among the rank's own groups.
  let local: [BoundAddition]
  /// Partial sums that leave and arrive.
  let partials: [ArenaMessage]
  /// Additions of the partial sums of the rank's chunk; the last one writes the result.
  let across: [BoundAddition]
  /// The copy that stands for an addition where there is but one partial.
  let copy: (source: UnsafeRawPointer, target: UnsafeMutableRawPointer, bytes: Int)?
  /// Finished chunks that leave and arrive.
  let sums: [ArenaMessage]
}
