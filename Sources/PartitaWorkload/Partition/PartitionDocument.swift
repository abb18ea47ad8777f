/// A partition of a workload as a plan file has it: with the names of the nodes, the request that it
/// answers, and the proof of its bound.
///
/// The file is one JSON object. `value` and the bounds are in the unit of the family (seconds a
/// minibatch, milliseconds, seconds a sample), and come back to the last bit.
public struct PartitionDocument: Hashable, Sendable {
  /// A part of the partition; a stage, or a device's share.
  public struct Stage: Hashable, Sendable {
    /// The names of its nodes, in file order.
    public let nodes: [String]
    /// See `Partition.Part`.
    public let replicas, tensorDegree: Int
    /// What it runs on.
    public let deviceKind: Partition.DeviceKind
    /// The variant of each node that isn't "vanilla", by the node's name.
    public let variants: [String: String]

    /// A part by the names of its nodes; whether they exist, `result(for:)` says.
    public init(
      nodes: [String], replicas: Int, tensorDegree: Int, deviceKind: Partition.DeviceKind,
      variants: [String: String]
    ) {
      self.nodes = nodes
      self.replicas = replicas
      self.tensorDegree = tensorDegree
      self.deviceKind = deviceKind
      self.variants = variants
    }
  }

  /// What the file is, in its own words.
  public static let format = "partita-plan"
  /// The version of the file's form.
  public static let version = 1

  /// The name of the workload.
  public let workload: String
  /// The SHA-256 of the workload's file, 64 hex digits.
  public let inputSHA256: String
  /// The cost model, as `Workload.family`.
  public let family: String
  /// How it was found.
  public let method: PartitionMethod
  /// What it answers.
  public let request: PartitionRequest
  /// What it costs.
  public internal(set) var value: Double
  /// What no partition of the class costs less than.
  public let lowerBound: Double
  /// Which partitions the bound speaks of.
  public let partitionClass: PartitionClass
  /// How long the search took.
  public let planningSeconds: Double
  /// The proof of the bound.
  public let certificate: PartitionCertificate
  /// The parts.
  public internal(set) var stages: [Stage]

  /// Writes down what a planner has found.
  public init(
    _ result: PartitionResult, of workload: Workload, inputSHA256: String,
    request: PartitionRequest, method: PartitionMethod, planningSeconds: Double
  ) {
    let ids = workload.graph.ids
    self.workload = workload.name
    self.inputSHA256 = inputSHA256
    family = workload.family
    self.method = method
    self.request = request
    value = result.value
    lowerBound = result.lowerBound
    partitionClass = result.partitionClass
    self.planningSeconds = planningSeconds
    certificate = result.certificate
    stages = result.partition.parts.filter { !$0.nodes.isEmpty }.map { part in
      Stage(
        nodes: part.nodes.sorted().map { ids[$0] }, replicas: part.replicas,
        tensorDegree: part.tensorDegree, deviceKind: part.deviceKind,
        variants: Dictionary(
          part.variants.filter { $0.value != "vanilla" }.map { (ids[$0.key], $0.value) },
          uniquingKeysWith: { first, _ in first }))
    }
  }

  /// The parts and the value of another plan of the same request, with the proof of this one.
  public func taking(planOf other: PartitionDocument) -> PartitionDocument {
    var document = self
    document.value = other.value
    document.stages = other.stages
    return document
  }

  /// How far the value may be above the best one, as a share of it.
  ///
  /// Not negative: a formula's bound may be a rounding error above a value that meets it.
  public var gap: Double { value > 0 ? max(0, (value - lowerBound) / value) : 0 }
  /// Whether nothing of the class is better.
  public var isOptimal: Bool { gap <= 1e-7 }
}

extension PartitionDocument {
  /// The result with the numbers of a workload's nodes.
  ///
  /// Nothing is believed yet: whether value and bound hold is the checker's business.
  /// - Throws: `WorkloadError` unless every node of the workload is in one stage, and nothing else.
  public func result(for workload: Workload) throws(WorkloadError) -> PartitionResult {
    guard family == workload.family else {
      throw .invalid(
        place: "family", problem: "the plan is for '\(family)', the workload '\(workload.family)'")
    }
    let ids = workload.graph.ids
    let numbers = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, $0) })
    var home = Array(repeating: -1, count: ids.count)
    var parts: [Partition.Part] = []
    for (index, stage) in stages.enumerated() {
      var part = Partition.Part(
        nodes: [], replicas: stage.replicas, tensorDegree: stage.tensorDegree,
        deviceKind: stage.deviceKind)
      for (place, id) in stage.nodes.enumerated() {
        let place = "stages[\(index)].nodes[\(place)]"
        guard let node = numbers[id] else {
          throw .invalid(place: place, problem: "'\(workload.name)' has no node '\(id)'")
        }
        guard home[node] < 0 else {
          throw .invalid(place: place, problem: "node '\(id)' is in stages[\(home[node])] already")
        }
        home[node] = index
        part.nodes.append(node)
      }
      part.nodes.sort()
      for (id, variant) in stage.variants.sorted(by: { $0.key < $1.key }) {
        guard let node = numbers[id], home[node] == index else {
          throw .invalid(
            place: "stages[\(index)].variants", problem: "node '\(id)' is not in this stage")
        }
        part.variants[node] = variant
      }
      parts.append(part)
    }
    if let missing = home.firstIndex(of: -1) {
      throw .invalid(place: "stages", problem: "node '\(ids[missing])' is in none of them")
    }
    return PartitionResult(
      partition: Partition(parts), value: value, lowerBound: lowerBound,
      partitionClass: partitionClass, certificate: certificate)
  }
}
