internal import PartitaFiles
internal import PartitaKeys

extension PartitionDocument: Decodable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case format, version, workload, family, value, gap, optimal, method, request, certificate
    case stages
    case writer = "partita_version"
    case inputSHA256 = "input_sha256"
    case lowerBound = "lower_bound"
    case partitionClass = "class"
    case planningSeconds = "planning_seconds"
  }

  /// Reads a partition; what it claims twice must agree.
  /// - Throws: `DecodingError` with the key: for one that is unknown, missing or has no such value, and
  ///   for claims that contradict each other.
  public init(from decoder: any Decoder) throws {
    let file = try decoder.strictContainer(keyedBy: CodingKeys.self)
    let format = try file.decode(String.self, forKey: .format)
    guard format == Self.format else {
      throw file.refusal(.format, "found '\(format.shortened())', expected '\(Self.format)'")
    }
    let version = try file.count(forKey: .version)
    guard version == Self.version else {
      throw file.refusal(
        .version, "found \(version), expected \(Self.version): make it anew")
    }
    workload = try file.decode(String.self, forKey: .workload)
    inputSHA256 = try file.decode(String.self, forKey: .inputSHA256)
    guard inputSHA256.utf8.count == 64, inputSHA256.allSatisfy(\.isHexDigit) else {
      throw file.refusal(
        .inputSHA256, "found '\(inputSHA256.shortened())', expected 64 hexadecimal digits")
    }
    family = try file.decode(String.self, forKey: .family)
    method = try file.choice(forKey: .method)
    request = try file.decode(Request.self, forKey: .request).request
    value = try file.amount(forKey: .value)
    lowerBound = try file.amount(forKey: .lowerBound)
    partitionClass = try file.choice(forKey: .partitionClass)
    planningSeconds = try file.amount(forKey: .planningSeconds)
    certificate = try file.decode(Certificate.self, forKey: .certificate).certificate
    stages = try file.decode([Stage].self, forKey: .stages)
    guard !stages.isEmpty else { throw file.refusal(.stages, "expected at least one stage") }
    guard lowerBound <= value * (1 + 1e-9) else {
      throw file.refusal(.lowerBound, "found \(lowerBound), above the value \(value)")
    }
    let claimed = try file.decode(Double.self, forKey: .gap)
    guard abs(claimed - gap) <= 1e-12 else {
      throw file.refusal(.gap, "found \(claimed), and (value - lower_bound) / value is \(gap)")
    }
    guard try file.decode(Bool.self, forKey: .optimal) == isOptimal else {
      throw file.refusal(.optimal, "found \(!isOptimal), and the gap is \(gap)")
    }
  }

  private struct Request: Decodable {
    let request: PartitionRequest

    private enum CodingKeys: String, CodingKey, CaseIterable {
      case devices, bandwidth, memory, microbatches, straight, contiguous
    }

    init(from decoder: any Decoder) throws {
      let object = try decoder.strictContainer(keyedBy: CodingKeys.self)
      let bandwidth =
        object.contains(.bandwidth) ? try object.amount(forKey: .bandwidth) : nil
      guard bandwidth != 0 else {
        throw object.refusal(.bandwidth, "found 0, expected a number above 0")
      }
      request = PartitionRequest(
        devices: try object.count(forKey: .devices, atLeast: 1, atMost: PartitionRequest.most),
        bandwidth: bandwidth,
        memory: object.contains(.memory) ? try object.amount(forKey: .memory) : nil,
        microbatches: object.contains(.microbatches)
          ? try object.count(forKey: .microbatches, atLeast: 1, atMost: PartitionRequest.most)
          : nil,
        isStraight: try object.decode(Bool.self, forKey: .straight),
        isContiguous: try object.decode(Bool.self, forKey: .contiguous))
    }
  }

  private struct Certificate: Decodable {
    let certificate: PartitionCertificate

    private enum CodingKeys: String, CodingKey, CaseIterable {
      case kind, threshold, needs, formula, multipliers
    }

    init(from decoder: any Decoder) throws {
      let object = try decoder.strictContainer(keyedBy: CodingKeys.self)
      switch try object.decode(String.self, forKey: .kind) {
      case "labels":
        certificate = .labels(
          threshold: try object.amount(forKey: .threshold), needs: try Self.needs(object))
      case "relaxation":
        certificate = .relaxation(
          formula: try object.decode(String.self, forKey: .formula),
          multipliers: try object.decode([String: Double].self, forKey: .multipliers))
      case "enumeration":
        certificate = .enumeration(threshold: try object.amount(forKey: .threshold))
      case let other:
        throw object.refusal(
          .kind, "found '\(other.shortened())', expected labels, relaxation or enumeration")
      }
    }

    /// A number for each prefix where no prefix has two needs and a need is one number, -1 for no
    /// need; otherwise a list for each prefix, of its needs' numbers two by two.
    private static func needs(
      _ object: KeyedDecodingContainer<CodingKeys>
    ) throws -> [[PartitionCertificate.Need]] {
      if let single = try? object.decode([Int].self, forKey: .needs) {
        guard single.allSatisfy({ (-1...PartitionRequest.most).contains($0) }) else {
          throw object.refusal(
            .needs, "expected numbers from 0 to \(PartitionRequest.most), or -1 for no need")
        }
        return single.map { $0 < 0 ? [] : [.init(devices: $0, others: $0)] }
      }
      return try object.decode([[Int]].self, forKey: .needs).enumerated().map { index, numbers in
        guard numbers.count.isMultiple(of: 2),
          numbers.allSatisfy({ (0...PartitionRequest.most).contains($0) })
        else {
          throw object.refusal(
            .needs,
            "found \("\(numbers)".shortened()) at \(index), expected pairs of 0 to "
              + "\(PartitionRequest.most)")
        }
        return stride(from: 0, to: numbers.count, by: 2).map {
          .init(devices: numbers[$0], others: numbers[$0 + 1])
        }
      }
    }
  }
}

extension PartitionDocument.Stage: Decodable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case nodes, replicas, variants
    case tensorDegree = "tensor_degree"
    case deviceKind = "device_kind"
  }

  /// Reads a stage; what is absent is 1, an accelerator, vanilla.
  /// - Throws: `DecodingError` with the key, for one that is unknown or has no such value.
  public init(from decoder: any Decoder) throws {
    let object = try decoder.strictContainer(keyedBy: CodingKeys.self)
    nodes = try object.decode([String].self, forKey: .nodes)
    guard !nodes.isEmpty else { throw object.refusal(.nodes, "expected at least one node") }
    replicas =
      object.contains(.replicas)
      ? try object.count(forKey: .replicas, atLeast: 1, atMost: PartitionRequest.most) : 1
    tensorDegree =
      object.contains(.tensorDegree)
      ? try object.count(forKey: .tensorDegree, atLeast: 1, atMost: PartitionRequest.most) : 1
    deviceKind =
      object.contains(.deviceKind) ? try object.choice(forKey: .deviceKind) : .accelerator
    variants = try object.decodeIfPresent([String: String].self, forKey: .variants) ?? [:]
  }
}

extension KeyedDecodingContainer {
  /// One of the names that a type knows.
  fileprivate func choice<Choice: RawRepresentable<String> & CaseIterable>(
    forKey key: Key
  ) throws -> Choice {
    let found = try decode(String.self, forKey: key)
    guard let choice = Choice(rawValue: found) else {
      throw refusal(
        key,
        "found '\(found.shortened())', expected \(Choice.allCases.map(\.rawValue).joined(separator: " or "))"
      )
    }
    return choice
  }
}
