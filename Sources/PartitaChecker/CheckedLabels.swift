internal import PartitaWorkload

/// The needs behind each candidate prefix, once they are well formed.
struct CheckedLabels {
  typealias Need = PartitionCertificate.Need

  /// For each prefix its needs, by devices ascending and so by others descending.
  let needs: [[Need]]
  /// What there is.
  let limit: Need

  /// Takes the needs of a certificate: one list for each prefix, within the limits and minimal,
  /// nothing needed behind the whole set, and no way to run what is behind the empty one.
  init(_ needs: [[Need]], prefixes: Int, limit: Need) throws(WorkloadError) {
    guard needs.count == prefixes else { throw Self.miscounted(needs.count, of: "\(prefixes)") }
    guard needs[prefixes - 1] == [Need(devices: 0, others: 0)] else {
      throw .invalid(place: "certificate", problem: "behind the whole set nothing is needed")
    }
    guard needs[0].isEmpty else {
      throw .invalid(
        place: "certificate",
        problem: "the needs behind the empty prefix can be met, so that it proves nothing")
    }
    self.limit = limit
    var sorted: [[Need]] = []
    for (prefix, list) in needs.enumerated() {
      let order = list.sorted { ($0.devices, $0.others) < ($1.devices, $1.others) }
      for need in order
      where !(0...limit.devices ~= need.devices && 0...limit.others ~= need.others) {
        throw Self.refused(prefix, "go beyond what there is")
      }
      for (one, next) in zip(order, order.dropFirst()) where next.others >= one.others {
        throw Self.refused(prefix, "are not minimal")
      }
      sorted.append(order)
    }
    self.needs = sorted
  }

  /// Whether a need goes beyond what there is.
  func isBeyondLimits(_ need: Need) -> Bool {
    need.devices > limit.devices || need.others > limit.others
  }

  /// Whether the needs behind a prefix allow for one that is found.
  func allows(_ found: Need, in list: [Need]) -> Bool {
    list.contains { $0.devices <= found.devices && $0.others <= found.others }
  }

  /// The refusal of a certificate that doesn't list the prefixes that there are.
  static func miscounted(_ listed: Int, of number: String) -> WorkloadError {
    .invalid(
      place: "certificate", problem: "it lists \(listed) prefixes, but there are \(number)")
  }

  /// The refusal of the needs behind a prefix.
  static func refused(_ prefix: Int, _ problem: String) -> WorkloadError {
    .invalid(place: "certificate", problem: "the needs behind prefix \(prefix) \(problem)")
  }

  /// The refusal for a stage that makes do with less than the labels say.
  static func contradicted(_ prefix: Int, by nextPrefix: Int, stage: String) -> WorkloadError {
    refused(
      prefix, "are too high: a stage up to prefix \(nextPrefix) \(stage) is below the threshold")
  }
}

extension CheckedModel {
  /// Prefixes in canonical order, as many as a certificate lists.
  func candidates(
    _ groups: NodeGroups, limit: PrefixWalk.Limit?, listed: Int
  ) throws(WorkloadError) -> NodeSets {
    var walk = PrefixWalk(groups, of: graph, limit: limit)
    guard let prefixes = walk.prefixes(most: listed) else {
      throw CheckedLabels.miscounted(listed, of: "more, or too many to count")
    }
    return prefixes
  }

  /// For each prefix the sum of a cost over its nodes.
  func sums(of costs: [Double], over prefixes: NodeSets) -> [Double] {
    (0..<prefixes.count).map { prefix in
      var sum = 0.0
      for node in costs.indices where prefixes.contains(node, in: prefix) { sum += costs[node] }
      return sum
    }
  }
}
