import PartitaGraph
import PartitaWorkload
import PlanningOracles

/// A way to spoil a result, so that what it says is no longer what was found.
enum Corruption: String, CaseIterable {
  case movedNode, droppedNode, doubledNode, swappedParts, mergedParts
  case changedReplicas, changedDegree, changedDevice, changedVariant
  case lowerValue, higherValue, higherBound, lowerBound
  case otherClass, otherCertificate, higherThreshold, changedThreshold
  case raisedNeed, loweredNeed, droppedNeed, addedNeed, droppedPrefix, addedPrefix, swappedPrefixes

  /// The spoiled result; nil where there is nothing to spoil in this way.
  func spoil(
    _ result: PartitionResult, _ random: inout SplitMix64
  ) -> PartitionResult? {
    var spoiled = result
    switch self {
    case .movedNode, .droppedNode, .doubledNode, .swappedParts, .mergedParts:
      guard spoilNodes(&spoiled.partition.parts, &random) else { return nil }
    case .changedReplicas, .changedDegree, .changedDevice, .changedVariant:
      spoilPart(&spoiled.partition.parts, &random)
    case .raisedNeed, .loweredNeed, .droppedNeed, .addedNeed, .droppedPrefix, .addedPrefix,
      .swappedPrefixes:
      guard case .labels(let threshold, var needs) = result.certificate,
        spoilNeeds(&needs, &random)
      else { return nil }
      spoiled.certificate = .labels(threshold: threshold, needs: needs)
    default: spoilNumbers(&spoiled, &random)
    }
    return spoiled == result ? nil : spoiled
  }

  private func spoilNodes(_ parts: inout [Partition.Part], _ random: inout SplitMix64) -> Bool {
    let from = Int.random(in: parts.indices, using: &random)
    let to = Int.random(in: parts.indices, using: &random)
    guard let node = parts[from].nodes.randomElement(using: &random) else { return false }
    switch self {
    case .droppedNode: parts[from].nodes.removeAll { $0 == node }
    case .doubledNode: parts[to].nodes.append(node)
    case .movedNode where from != to:
      parts[from].nodes.removeAll { $0 == node }
      parts[to].nodes = (parts[to].nodes + [node]).sorted()
      parts[to].variants[node] = parts[from].variants.removeValue(forKey: node)
      parts.removeAll { $0.nodes.isEmpty }
    case .swappedParts where from != to: parts.swapAt(from, to)
    case .mergedParts where from != to:
      parts[to].nodes = (parts[to].nodes + parts[from].nodes).sorted()
      parts[to].variants.merge(parts[from].variants) { $1 }
      parts.remove(at: from)
    default: return false
    }
    return true
  }

  private func spoilPart(_ parts: inout [Partition.Part], _ random: inout SplitMix64) {
    let index = Int.random(in: parts.indices, using: &random)
    switch self {
    case .changedReplicas: parts[index].replicas += random.oneIn(3) ? -1 : random.oneIn(2) ? 1 : 2
    case .changedDegree: parts[index].tensorDegree = 3 - parts[index].tensorDegree
    case .changedDevice:
      parts[index].deviceKind = parts[index].deviceKind == .cpu ? .accelerator : .cpu
    default:
      let node = parts[index].nodes.randomElement(using: &random) ?? 0
      parts[index].variants[node] =
        parts[index].variants[node] == nil ? "activation recomp" : nil
    }
  }

  private func spoilNumbers(_ result: inout PartitionResult, _ random: inout SplitMix64) {
    let share = [1e-8, 1e-6, 1e-3, 0.1, 0.5].randomElement(using: &random) ?? 0.1
    let threshold = result.lowerBound * (1 + share)
    switch self {
    case .lowerValue: result.value *= 1 - share
    case .higherValue: result.value *= 1 + share
    case .higherBound: result.lowerBound *= 1 + share
    case .lowerBound: result.lowerBound *= 1 - share
    case .otherClass: result.partitionClass = result.partitionClass == .any ? .contiguous : .any
    case .otherCertificate:
      result.certificate =
        [
          .enumeration(threshold: result.lowerBound),
          .labels(threshold: result.lowerBound, needs: [[], [.init(devices: 0, others: 0)]]),
          .relaxation(formula: "work", multipliers: [:]),
          .relaxation(formula: "work", multipliers: ["cpu": 0.5]),
          .relaxation(formula: "largest", multipliers: [:]),
          .relaxation(formula: "optimal", multipliers: [:]),
        ].randomElement(using: &random) ?? result.certificate
    case .higherThreshold:
      // Bound and proof rise together, and the value with them.
      result.lowerBound = threshold
      result.value = max(result.value, threshold)
      result.certificate = result.certificate.moved(to: threshold)
    default: result.certificate = result.certificate.moved(to: threshold)
    }
  }

  private func spoilNeeds(
    _ needs: inout [[PartitionCertificate.Need]], _ random: inout SplitMix64
  ) -> Bool {
    let prefix = Int.random(in: needs.indices, using: &random)
    let other = Int.random(in: needs.indices, using: &random)
    let index = needs[prefix].indices.randomElement(using: &random)
    switch (self, index) {
    case (.raisedNeed, let index?):
      needs[prefix][index].devices += 1
      if random.oneIn(2) { needs[prefix][index].others += 1 }
    case (.loweredNeed, let index?):
      needs[prefix][index].devices -= 1
      if random.oneIn(2) { needs[prefix][index].others -= 1 }
    case (.droppedNeed, let index?): needs[prefix].remove(at: index)
    case (.addedNeed, _):
      let devices = Int.random(in: 0...5, using: &random)
      let others = random.oneIn(2) ? devices : Int.random(in: 0...2, using: &random)
      needs[prefix].append(.init(devices: devices, others: others))
    case (.droppedPrefix, _): needs.remove(at: prefix)
    case (.addedPrefix, _): needs.insert(needs[prefix], at: prefix)
    case (.swappedPrefixes, _): needs.swapAt(prefix, other)
    default: return false
    }
    return true
  }
}

extension PartitionCertificate {
  /// The same certificate for another threshold.
  func moved(to threshold: Double) -> PartitionCertificate {
    switch self {
    case .labels(_, let needs): .labels(threshold: threshold, needs: needs)
    case .enumeration: .enumeration(threshold: threshold)
    case .relaxation: self
    }
  }
}
