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
  /// Borrowed messages that it is the last to read.
  var returns: [ArenaMessage] = []
}

/// One bucket of gradients, reduced over groups and replicas by the tree of law 2.
struct BoundReduction {
  /// Additions among the rank's own groups.
  let local: [BoundAddition]
  /// Partial sums that leave and arrive.
  let partials: [ArenaMessage]
  /// Those that the rank's chunk waits for: not what it has lent, which is back when others have added it.
  let awaited: [ArenaMessage]
  /// The additions of the rank's chunk, and the copies to where its sum goes, block by block.
  let across: [Step]
  /// Partial sums that were borrowed for it.
  let borrowed: [ArenaMessage]
  /// Finished chunks that leave and arrive.
  let sums: [ArenaMessage]

  /// A piece of work on a block.
  enum Step {
    case add(BoundAddition)
    case copy(UnsafeRawPointer, to: UnsafeMutableRawPointer, bytes: Int)
  }
}
