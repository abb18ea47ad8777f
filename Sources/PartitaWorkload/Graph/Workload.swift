/// A neural network as a graph of costs, measured or estimated by somebody else, under the cost
/// model that was published with it.
public struct Workload: Hashable, Sendable {
  /// What the nodes cost; one case for each published cost model.
  public enum Costs: Hashable, Sendable {
    /// PipeDream's: stages in a row, each on some replicas.
    case pipedream(PipedreamCosts)
    /// The device placement's: one part for each accelerator and CPU.
    case placement(PlacementCosts)
    /// Piper's: stages in a row, replicated, each node cut across a stage's devices.
    case piper(PiperCosts)
  }

  /// Its name.
  public let name: String
  /// Its nodes; those that the source's planner drops are not among them.
  public let graph: WorkloadGraph
  /// What they cost.
  public let costs: Costs

  /// Takes costs as they are, one of each kind a node: reading a file checks them.
  public init(name: String, graph: WorkloadGraph, costs: Costs) {
    self.name = name
    self.graph = graph
    self.costs = costs
  }

  /// The name of the cost model in files.
  public var family: String {
    switch costs {
    case .pipedream: "pipedream"
    case .placement: "devplace"
    case .piper: "piper"
    }
  }
}

/// PipeDream's costs of each node (Narayanan et al., SOSP 2019, section 3.1).
public struct PipedreamCosts: Hashable, Sendable {
  /// Seconds of the forward and the backward pass of one minibatch.
  public let seconds: [Double]
  /// Bytes of the output.
  public let activationBytes: [Double]
  /// Bytes of the weights.
  public let parameterBytes: [Double]

  /// One number a node, in the nodes' order, each finite and at least 0.
  public init(seconds: [Double], activationBytes: [Double], parameterBytes: [Double]) {
    self.seconds = seconds
    self.activationBytes = activationBytes
    self.parameterBytes = parameterBytes
  }
}

/// The costs of each node in device placement (Tarnawski et al., NeurIPS 2020, section 3).
public struct PlacementCosts: Hashable, Sendable {
  /// Milliseconds on an accelerator, forward and backward; infinite where it can't run there.
  public let acceleratorMilliseconds: [Double]
  /// Milliseconds on a CPU.
  public let cpuMilliseconds: [Double]
  /// Milliseconds to move the output between an accelerator and the host's memory.
  public let transferMilliseconds: [Double]
  /// Bytes that the node takes on an accelerator.
  public let memoryBytes: [Double]
  /// Whether the node belongs to the backward pass.
  public let isBackward: [Bool]
  /// Nodes with one colour share a device; nil is free.
  public let colorClass: [Int?]
  /// How many accelerators and CPUs the file has.
  public let accelerators, cpus: Int
  /// The memory of one accelerator.
  public let acceleratorMemoryBytes: Double

  /// One number a node, in the nodes' order, each at least 0.
  public init(
    acceleratorMilliseconds: [Double], cpuMilliseconds: [Double], transferMilliseconds: [Double],
    memoryBytes: [Double], isBackward: [Bool], colorClass: [Int?], accelerators: Int, cpus: Int,
    acceleratorMemoryBytes: Double
  ) {
    self.acceleratorMilliseconds = acceleratorMilliseconds
    self.cpuMilliseconds = cpuMilliseconds
    self.transferMilliseconds = transferMilliseconds
    self.memoryBytes = memoryBytes
    self.isBackward = isBackward
    self.colorClass = colorClass
    self.accelerators = accelerators
    self.cpus = cpus
    self.acceleratorMemoryBytes = acceleratorMemoryBytes
  }
}

/// Piper's costs of each node (Tarnawski et al., NeurIPS 2021, section 3).
public struct PiperCosts: Hashable, Sendable {
  /// One way to run a node.
  public struct Variant: Hashable, Sendable {
    /// The devices that the node is cut across.
    public let tensorDegree: Int
    /// Its name, as "vanilla" or "activation recomp".
    public let id: String
    /// Seconds of forward and backward of a microbatch, on each of those devices.
    public let seconds: Double
    /// Bytes of a device's share of the weights.
    public let parameterBytes: Double
    /// Bytes on a device for each microbatch in flight, and besides.
    public let memoryPerMicrobatch, memoryBesides: Double
    /// Further bytes with a neighbour in another stage: by the neighbour's number.
    public let syncIn, syncOut: [Int: Double]

    /// A variant as measured; `syncIn` and `syncOut` leave out neighbours that take no more bytes.
    public init(
      tensorDegree: Int, id: String, seconds: Double, parameterBytes: Double,
      memoryPerMicrobatch: Double, memoryBesides: Double, syncIn: [Int: Double],
      syncOut: [Int: Double]
    ) {
      self.tensorDegree = tensorDegree
      self.id = id
      self.seconds = seconds
      self.parameterBytes = parameterBytes
      self.memoryPerMicrobatch = memoryPerMicrobatch
      self.memoryBesides = memoryBesides
      self.syncIn = syncIn
      self.syncOut = syncOut
    }
  }

  /// The ways to run each node, in file order.
  public let variants: [[Variant]]
  /// The file's number of devices, the memory of one, and bytes a second between two.
  public let devices: Int
  public let memoryBytes, bandwidth: Double
  /// The file's number of microbatches in a batch.
  public let microbatches: Int

  /// One list of variants a node, in the nodes' order, and what the file asks for otherwise.
  public init(
    variants: [[Variant]], devices: Int, memoryBytes: Double, bandwidth: Double, microbatches: Int
  ) {
    self.variants = variants
    self.devices = devices
    self.memoryBytes = memoryBytes
    self.bandwidth = bandwidth
    self.microbatches = microbatches
  }
}
