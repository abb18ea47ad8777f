import PartitaPlan

/// One way to run some nodes as a stage.
struct StageOption {
  let part: Partition.Part
  let devices, others: Int
  let value: Double
}

/// Pipelines and contiguous splits of small graphs, by masks of nodes and with no cleverness: what
/// the planner and the checker are tested against.
protocol ChainOracle {
  var workload: Workload { get }
  /// All sets of nodes that can be in front of a border, of a stage of any value.
  var prefixes: [Int] { get }
  /// The most devices, and others.
  var limit: PartitionCertificate.Need { get }
  /// Whether a prefix is listed in a certificate for a threshold.
  func isCandidate(_ prefix: Int, below threshold: Double) -> Bool
  /// All ways to run the nodes between two prefixes, if those behind take so many others.
  func options(from prefix: Int, to next: Int, othersBehind: Int) -> [StageOption]
}

extension ChainOracle {
  /// All sets such that, of each rule's node, what it needs is in them.
  static func closedSets(of nodes: Int, rules: [(node: Int, needed: Int)]) -> [Int] {
    (0..<1 << nodes).filter { set in
      rules.allSatisfy { set >> $0.node & 1 == 0 || set >> $0.needed & 1 == 1 }
    }
  }

  /// The nodes of a mask, ascending.
  static func nodes(of mask: Int) -> [Int] { (0..<Int.bitWidth).filter { mask >> $0 & 1 == 1 } }

  /// The best chain of stages, found by trying all: for what is behind each prefix and each number
  /// of devices and of others the smallest value of its slowest stage.
  func best() -> (value: Double, partition: Partition)? {
    typealias Tail = (value: Double, parts: [Partition.Part])
    let whole = prefixes.max() ?? 0
    var tails: [Int: [PartitionCertificate.Need: Tail]] = [
      whole: [.init(devices: 0, others: 0): (0, [])]
    ]
    for prefix in prefixes.sorted(by: >) where prefix != whole {
      var found: [PartitionCertificate.Need: Tail] = [:]
      for next in prefixes where next & prefix == prefix && next != prefix {
        for (behind, tail) in tails[next] ?? [:] {
          for option in options(from: prefix, to: next, othersBehind: behind.others) {
            let need = PartitionCertificate.Need(
              devices: behind.devices + option.devices, others: behind.others + option.others)
            guard need.devices <= limit.devices, need.others <= limit.others else { continue }
            let value = max(option.value, tail.value)
            if value < found[need]?.value ?? .infinity {
              found[need] = (value, [option.part] + tail.parts)
            }
          }
        }
      }
      tails[prefix] = found
    }
    guard let best = tails[0]?.values.min(by: { $0.value < $1.value }) else { return nil }
    return (best.value, Partition(best.parts))
  }

  /// The needs behind each candidate prefix, in canonical order.
  func labels(below threshold: Double) -> [[PartitionCertificate.Need]] {
    let whole = prefixes.max() ?? 0
    let order = prefixes.filter { isCandidate($0, below: threshold) }.sorted { a, b in
      let (left, right) = (Self.nodes(of: a), Self.nodes(of: b))
      guard left.count == right.count else { return left.count < right.count }
      let different = Self.nodes(of: a ^ b)[0]
      return left.contains(different)
    }
    var needs: [Int: [PartitionCertificate.Need]] = [whole: [.init(devices: 0, others: 0)]]
    for prefix in order.reversed() where prefix != whole {
      var found: Set<PartitionCertificate.Need> = []
      for next in order where next & prefix == prefix && next != prefix {
        for behind in needs[next] ?? [] {
          for option in options(from: prefix, to: next, othersBehind: behind.others)
          where option.value < threshold && behind.devices + option.devices <= limit.devices
            && behind.others + option.others <= limit.others
          {
            found.insert(
              .init(
                devices: behind.devices + option.devices, others: behind.others + option.others))
          }
        }
      }
      needs[prefix] = found.filter { need in
        !found.contains { $0 != need && $0.devices <= need.devices && $0.others <= need.others }
      }.sorted { $0.devices < $1.devices }
    }
    return order.map { needs[$0] ?? [] }
  }
}
