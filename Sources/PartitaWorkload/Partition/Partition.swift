/// A workload cut into parts: what a planner answers.
///
/// For pipelines the parts are the stages in order; for device placement one for each device.
public struct Partition: Hashable, Sendable {
  /// What a part runs on.
  public enum DeviceKind: String, Hashable, Sendable, CaseIterable {
    /// A GPU, an FPGA; every stage of a pipeline.
    case accelerator
    /// A processor of the host; only device placement has them.
    case cpu
  }

  /// One stage, or one device's share.
  public struct Part: Hashable, Sendable {
    /// Its nodes, ascending.
    public var nodes: [Int]
    /// How many copies of it work side by side, each on other samples.
    public var replicas: Int
    /// The devices that each copy is cut across.
    public var tensorDegree: Int
    /// What it runs on.
    public var deviceKind: DeviceKind
    /// The variant of each node that isn't "vanilla".
    public var variants: [Int: String]

    /// A part of one copy on one accelerator, unless more is said; `nodes` ascend.
    public init(
      nodes: [Int], replicas: Int = 1, tensorDegree: Int = 1,
      deviceKind: DeviceKind = .accelerator, variants: [Int: String] = [:]
    ) {
      self.nodes = nodes
      self.replicas = replicas
      self.tensorDegree = tensorDegree
      self.deviceKind = deviceKind
      self.variants = variants
    }

    /// The devices of all its copies.
    public var devices: Int { replicas * tensorDegree }
  }

  /// The parts.
  public var parts: [Part]

  /// Puts parts together; a cost model says whether they make a plan.
  public init(_ parts: [Part]) { self.parts = parts }

  /// The accelerators that it takes.
  public var devices: Int {
    parts.reduce(0) { $0 + ($1.deviceKind == .accelerator ? $1.devices : 0) }
  }
}

/// Which partitions a bound speaks of.
public enum PartitionClass: String, Hashable, Sendable, CaseIterable {
  /// The parts, in some order, are the differences of a growing chain of predecessor-closed sets.
  case contiguous
  /// Every share of the nodes among devices.
  case any
}

/// What a user asks of a partition; nil takes the file's value, or the cost model's default.
public struct PartitionRequest: Hashable, Sendable {
  /// The most devices, replicas or microbatches, and the highest tensor degree: searches keep a
  /// table with a column for each device.
  public static let most = 1 << 16

  /// At most so many devices; of device placement, accelerators.
  public var devices: Int
  /// Bytes a second between two devices.
  public var bandwidth: Double?
  /// Bytes of memory of one device; nil in PipeDream's model is no limit.
  public var memory: Double?
  /// Microbatches in a batch (Piper).
  public var microbatches: Int?
  /// No stage has more than one replica.
  public var isStraight: Bool
  /// Only contiguous partitions; pipelines always are.
  public var isContiguous: Bool

  /// Asks for a number of devices, and no more.
  public init(
    devices: Int, bandwidth: Double? = nil, memory: Double? = nil, microbatches: Int? = nil,
    isStraight: Bool = false, isContiguous: Bool = false
  ) {
    self.devices = devices
    self.bandwidth = bandwidth
    self.memory = memory
    self.microbatches = microbatches
    self.isStraight = isStraight
    self.isContiguous = isContiguous
  }

  /// Which partitions a plan for a workload may be, under this request.
  public func partitionClass(of workload: Workload) -> PartitionClass {
    if case .placement = workload.costs, !isContiguous { return .any }
    return .contiguous
  }
}

/// A partition with its value, and how far it can be from the best.
public struct PartitionResult: Hashable, Sendable {
  /// The partition.
  public var partition: Partition
  /// What it costs, in the cost model's unit.
  public var value: Double
  /// No partition of the class costs less: what the certificate proves.
  public var lowerBound: Double
  /// Which partitions the bound speaks of.
  public var partitionClass: PartitionClass
  /// The proof of the bound.
  public var certificate: PartitionCertificate

  /// A claim: whether value and bound hold is the checker's business.
  public init(
    partition: Partition, value: Double, lowerBound: Double, partitionClass: PartitionClass,
    certificate: PartitionCertificate
  ) {
    self.partition = partition
    self.value = value
    self.lowerBound = lowerBound
    self.partitionClass = partitionClass
    self.certificate = certificate
  }

  /// How far the value may be above the best one, as a share of it.
  public var gap: Double { value > 0 ? (value - lowerBound) / value : 0 }
  /// Whether nothing of the class is better.
  public var isOptimal: Bool { gap <= 1e-7 }
}

/// A proof that no partition is better than a bound, for a checker that knows nothing of the search.
public enum PartitionCertificate: Hashable, Sendable {
  /// Resources that everything behind a prefix needs at least.
  public struct Need: Hashable, Sendable {
    /// Devices; in device placement accelerators.
    public var devices: Int
    /// Beside them: in Piper's model the replicas of all stages together, in device placement CPUs,
    /// in PipeDream's the devices again.
    public var others: Int

    /// A need of both kinds, each at least 0.
    public init(devices: Int, others: Int) {
      self.devices = devices
      self.others = others
    }
  }

  /// What the nodes behind each prefix take at least, if every stage is to cost less than
  /// `threshold`: for every prefix the minimal needs, of which any one must be met.
  ///
  /// Prefixes are the predecessor-closed sets of nodes that can be a border of a stage that costs
  /// less than the threshold, the empty and the whole set always among them, ordered by size, then by
  /// their nodes in file order: of two the one with the first node that the other lacks comes first.
  /// A prefix without needs can't be a border. The bound is `threshold` if the first prefix's needs
  /// all go beyond what there is.
  case labels(threshold: Double, needs: [[Need]])
  /// A bound by a formula that needs no search, named in the documentation, with its multipliers.
  case relaxation(formula: String, multipliers: [String: Double])
  /// Few enough partitions to try them all below `threshold`.
  case enumeration(threshold: Double)
}
