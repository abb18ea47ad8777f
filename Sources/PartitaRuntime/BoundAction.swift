internal import PartitaDevice
internal import PartitaGraph
internal import PartitaTransport

/// An action of the program with every address, message and kernel list looked up.
///
/// Nothing is searched, allocated or decided while a step runs: the interpreter walks a list of
/// these.
enum BoundAction<D: Device> {
  /// Waits, fills the variables, runs a list.
  case run(BoundRun<D>)
  /// Starts messages, once what they carry has arrived itself.
  case start([Message], after: [Message])
  /// The first half of a bucket's reduction.
  case reduce(BoundReduction)
  /// The second half.
  case combine(BoundReduction)
  /// Lets every rank know every scalar.
  case exchange(BoundExchange)
}

/// One run of a kernel list.
struct BoundRun<D: Device> {
  let executable: D.Executable
  /// The regions' addresses, in memory that the bound program owns.
  let bindings: UnsafePointer<UnsafeMutableRawPointer>
  /// Whether sums over samples are added to what is there: not for a group's first microbatch.
  let accumulates: Bool
  /// Messages that must be complete: what it reads, and what still leaves from where it writes.
  let waits: [Message]
  /// Variables to be filled before it runs.
  let fills: [Fill]
}

/// A variable of one microbatch, to be filled by the host.
struct Fill {
  let role: VariableRole
  let samples: Range<Int>
  let target: UnsafeMutableRawBufferPointer
}

/// One addition of float arrays: `into` takes `into + other`.
struct BoundAddition {
  let a, b: UnsafeRawPointer
  let result: UnsafeMutableRawPointer
  let count: Int
}

/// One bucket of gradients, reduced over groups and replicas by the tree of law 2.
struct BoundReduction {
  /// Additions among the rank's own groups.
  let local: [BoundAddition]
  /// Partial sums that leave and arrive.
  let partials: [Message]
  /// Additions of the partial sums of the rank's chunk; the last one writes the result.
  let across: [BoundAddition]
  /// The copy that stands for an addition where there is but one partial.
  let copy: (source: UnsafeRawPointer, target: UnsafeMutableRawPointer, bytes: Int)?
  /// Finished chunks that leave and arrive.
  let sums: [Message]
}

/// The scalars that every rank gets to know.
struct BoundExchange {
  /// One double for each scalar, or for each group of a sum over samples.
  let board: UnsafeMutableBufferPointer<Double>
  /// What this rank writes on the board.
  let own: [(slot: Int, source: UnsafePointer<Double>)]
  /// Additions on the board that add up a scalar's groups, in the order of the tree.
  let additions: [(into: Int, other: Int)]
  /// Where each scalar goes.
  let results: [(slot: Int, target: UnsafeMutablePointer<Double>)]
}
