import PartitaPlanner
import PartitaWorkload

/// One way to run some nodes as a stage.
struct StageOption {
  /// The nodes, one bit each.
  let nodes: Int
  /// What it takes.
  let devices, others: Int
  let value: Double
  var tensorDegree = 1
  var deviceKind = Partition.DeviceKind.accelerator
  var variants: [Int: String] = [:]

  var part: Partition.Part {
    Partition.Part(
      nodes: NodeMask.nodes(of: nodes), replicas: deviceKind == .cpu ? 1 : devices / tensorDegree,
      tensorDegree: tensorDegree, deviceKind: deviceKind, variants: variants)
  }
}

/// Sets of few nodes as one word.
enum NodeMask {
  /// The nodes of a mask, ascending.
  static func nodes(of mask: Int) -> [Int] {
    var nodes: [Int] = []
    var rest = mask
    while rest != 0 {
      nodes.append(rest.trailingZeroBitCount)
      rest &= rest - 1
    }
    return nodes
  }

  /// All sets such that, of each rule's node, what it needs is in them.
  static func closedSets(of nodes: Int, rules: [(node: Int, needed: Int)]) -> [Int] {
    var needed = Array(repeating: 0, count: nodes)
    for rule in rules { needed[rule.node] |= 1 << rule.needed }
    return (0..<1 << nodes).filter { set in
      self.nodes(of: set).allSatisfy { needed[$0] & ~set == 0 }
    }
  }

  /// For every set of nodes the sum of a cost.
  static func sums(_ costs: [Double]) -> [Double] {
    var sums = [0.0]
    for cost in costs { sums += sums.map { $0 + cost } }
    return sums
  }
}

/// Pipelines and contiguous splits of small graphs, by masks of nodes and with no cleverness: what
/// the planner and the checker are tested against.
protocol ChainOracle {
  /// All sets of nodes that can be in front of a border, ascending.
  var prefixes: [Int] { get }
  /// The most devices, and others.
  var limit: PartitionCertificate.Need { get }
  /// Whether a prefix is listed in a certificate for a threshold.
  func isCandidate(_ prefix: Int, below threshold: Double) -> Bool
  /// All ways to run the nodes between two prefixes, if those behind take so many others.
  func options(from prefix: Int, to next: Int, othersBehind: Int) -> [StageOption]
}

extension ChainOracle {
  /// The best chain of stages, found by trying all: for what is behind each prefix and each number
  /// of devices and of others the smallest value of its slowest stage.
  func best() -> (value: Double, partition: Partition)? {
    typealias Tail = (value: Double, parts: [StageOption])
    let (width, whole) = (limit.others + 1, prefixes[prefixes.count - 1])
    let nothing = Array(repeating: Tail?.none, count: (limit.devices + 1) * width)
    var tails = Array(repeating: nothing, count: whole + 1)
    tails[whole][0] = (0, [])
    for prefix in prefixes.reversed() where prefix != whole {
      var found = nothing
      for next in prefixes where next & prefix == prefix && next != prefix {
        for others in 0...limit.others {
          let behind = (0...limit.devices).filter { tails[next][$0 * width + others] != nil }
          guard !behind.isEmpty else { continue }
          for option in options(from: prefix, to: next, othersBehind: others)
          where others + option.others <= limit.others {
            for devices in behind where devices + option.devices <= limit.devices {
              guard let tail = tails[next][devices * width + others] else { continue }
              let need = (devices + option.devices) * width + others + option.others
              let value = max(option.value, tail.value)
              if value < found[need]?.value ?? .infinity {
                found[need] = (value, [option] + tail.parts)
              }
            }
          }
        }
      }
      tails[prefix] = found
    }
    guard let best = tails[0].compactMap({ $0 }).min(by: { $0.value < $1.value }) else {
      return nil
    }
    return (best.value, Partition(best.parts.map(\.part)))
  }

  /// The needs behind each candidate prefix, in canonical order.
  func labels(below threshold: Double) -> [[PartitionCertificate.Need]] {
    let order = prefixes.filter { isCandidate($0, below: threshold) }.sorted { a, b in
      guard a.nonzeroBitCount == b.nonzeroBitCount else {
        return a.nonzeroBitCount < b.nonzeroBitCount
      }
      return a != b && a >> (a ^ b).trailingZeroBitCount & 1 == 1
    }
    let whole = prefixes[prefixes.count - 1]
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
