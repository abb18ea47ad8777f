public import PartitaFiles

/// A partition's file, `*.plan.json`.
public enum PartitionFile {
  /// Reads a plan; its claims are not checked against the workload yet.
  /// - Throws: `FileError` with the path, the place and what would fit.
  public static func read(_ path: String) throws(FileError) -> PartitionDocument {
    try JSONFile.read(PartitionDocument.self, from: path)
  }
}

extension PartitionDocument {
  /// The plan as one object.
  public var json: JSON {
    JSON(members: [
      ("format", .string(Self.format)), ("version", .integer(Self.version)),
      (PartitaVersion.key, .string(PartitaVersion.current)),
      ("workload", .string(workload)), ("input_sha256", .string(inputSHA256)),
      ("family", .string(family)), ("value", .number(value)), ("lower_bound", .number(lowerBound)),
      ("gap", .number(gap)), ("optimal", .bool(isOptimal)),
      ("class", .string(partitionClass.rawValue)), ("method", .string(method.rawValue)),
      ("planning_seconds", .number(planningSeconds)), ("request", request.json),
      ("certificate", certificate.json), ("stages", .array(stages.map(\.json))),
    ])
  }
}

extension PartitionRequest {
  /// Without what the file or the cost model says.
  fileprivate var json: JSON {
    var members: [(String, JSON)] = [("devices", .integer(devices))]
    if let bandwidth { members.append(("bandwidth", .number(bandwidth))) }
    if let memory { members.append(("memory", .number(memory))) }
    if let microbatches { members.append(("microbatches", .integer(microbatches))) }
    members += [("straight", .bool(isStraight)), ("contiguous", .bool(isContiguous))]
    return JSON(members: members)
  }
}

extension PartitionCertificate {
  fileprivate var json: JSON {
    switch self {
    case .labels(let threshold, let needs):
      // Tens of thousands of them: one number each where that says all.
      let isSingle = needs.allSatisfy { $0.count <= 1 && $0.allSatisfy { $0.devices == $0.others } }
      let list: [JSON] = needs.map { own in
        isSingle
          ? .integer(own.first?.devices ?? -1)
          : .array(own.flatMap { [.integer($0.devices), .integer($0.others)] })
      }
      return ["kind": "labels", "threshold": .number(threshold), "needs": .array(list)]
    case .relaxation(let formula, let multipliers):
      let sorted = multipliers.sorted { $0.key < $1.key }.map { ($0.key, JSON.number($0.value)) }
      return [
        "kind": "relaxation", "formula": .string(formula), "multipliers": JSON(members: sorted),
      ]
    case .enumeration(let threshold):
      return ["kind": "enumeration", "threshold": .number(threshold)]
    }
  }
}

extension PartitionDocument.Stage {
  fileprivate var json: JSON {
    var members: [(String, JSON)] = [
      ("nodes", .array(nodes.map { .string($0) })), ("replicas", .integer(replicas)),
      ("tensor_degree", .integer(tensorDegree)), ("device_kind", .string(deviceKind.rawValue)),
    ]
    if !variants.isEmpty {
      let sorted = variants.sorted { $0.key < $1.key }.map { ($0.key, JSON.string($0.value)) }
      members.append(("variants", JSON(members: sorted)))
    }
    return JSON(members: members)
  }
}
