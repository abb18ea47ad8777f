internal import PartitaWorkload

/// What the chain search knows of a cost model: prefixes, and ways to run what lies between two.
///
/// Rows are prefixes, the empty set first and the whole one last, in order of ascending work; so a
/// prefix never comes before one that it contains.
protocol ChainTable {
  /// The prefixes.
  var pool: PrefixPool { get }
  /// The work before each prefix, ascending; a stage's work is the difference.
  var work: [Double] { get }
  /// What there is.
  var limits: PartitionCertificate.Need { get }
  /// About how many looks `ways` takes.
  var looksOfWays: Int { get }

  /// The fewest devices that a stage of so much work can run on below a value.
  func leastDevices(work: Double, below threshold: Double) -> Int
  /// The fewest `others` of a need of so many devices.
  func leastOthers(devices: Int) -> Int
  /// Whether a stage below a value may begin or end at a prefix.
  func isBorder(_ row: Int, below threshold: Double) -> Bool
  /// All ways to run the stage from one prefix to another below a value, given what the stages behind
  /// it take; dominated ways may be left out.
  func ways(
    from row: Int, to next: Int, below threshold: Double, behind: PartitionCertificate.Need,
    _ body: (StageWay) -> Void)
  /// The stage as a part.
  func part(from row: Int, to next: Int, _ way: StageWay, behind: PartitionCertificate.Need)
    -> Partition.Part
}

/// A way to run a stage.
struct StageWay: Hashable {
  /// What it takes.
  let need: PartitionCertificate.Need
  /// What the cost model wants to remember of it.
  let code: Int
}

extension PartitionCertificate.Need {
  /// Whether this is at most the other, in both.
  @inline(__always)
  func covers(_ other: Self) -> Bool { devices <= other.devices && others <= other.others }

  @inline(__always)
  static func + (one: Self, other: Self) -> Self {
    Self(devices: one.devices + other.devices, others: one.others + other.others)
  }
}
