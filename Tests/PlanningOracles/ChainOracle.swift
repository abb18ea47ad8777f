package import PartitaWorkload

/// Pipelines and contiguous splits of small graphs, by masks of nodes and with no cleverness: what
/// the planner and the checker are tested against.
package protocol ChainOracle {
  /// All sets of nodes that can be in front of a border, ascending.
  var prefixes: [Int] { get }
  /// The most devices, and others.
  var limit: PartitionCertificate.Need { get }
  /// Whether a prefix is listed in a certificate for a threshold.
  func isCandidate(_ prefix: Int, below threshold: Double) -> Bool
  /// All ways to run the nodes between two prefixes, if those behind take so many others.
  func options(from prefix: Int, to next: Int, othersBehind: Int) -> [StageOption]
}

/// The stage that a chain begins with, and the chain behind it.
private struct Link {
  let option: StageOption
  let next, needBehind: Int
}

extension ChainOracle {
  /// The best chain of stages, found by trying all: for what is behind each prefix and each number
  /// of devices and of others the smallest value of its slowest stage.
  package func best() -> (value: Double, partition: Partition)? {
    let (width, whole) = (limit.others + 1, prefixes[prefixes.count - 1])
    let needs = (limit.devices + 1) * width
    // Of each prefix and need.
    var values = Array(repeating: Double.infinity, count: (whole + 1) * needs)
    var links = Array(repeating: Link?.none, count: (whole + 1) * needs)
    values[whole * needs] = 0
    for prefix in prefixes.reversed() where prefix != whole {
      for next in prefixes where next & prefix == prefix && next != prefix {
        for others in 0...limit.others {
          let behind = (0...limit.devices).filter {
            values[next * needs + $0 * width + others] < .infinity
          }
          guard !behind.isEmpty else { continue }
          for option in options(from: prefix, to: next, othersBehind: others)
          where others + option.others <= limit.others {
            for devices in behind where devices + option.devices <= limit.devices {
              let needBehind = devices * width + others
              let need = needBehind + option.devices * width + option.others
              let value = max(option.value, values[next * needs + needBehind])
              if value < values[prefix * needs + need] {
                values[prefix * needs + need] = value
                links[prefix * needs + need] = Link(
                  option: option, next: next, needBehind: needBehind)
              }
            }
          }
        }
      }
    }
    guard let best = (0..<needs).min(by: { values[$0] < values[$1] }), values[best] < .infinity
    else { return nil }
    var parts: [Partition.Part] = []
    var (prefix, need) = (0, best)
    while let link = links[prefix * needs + need] {
      parts.append(link.option.part)
      (prefix, need) = (link.next, link.needBehind)
    }
    return (values[best], Partition(parts))
  }

  /// The needs behind each candidate prefix, in canonical order.
  package func labels(below threshold: Double) -> [[PartitionCertificate.Need]] {
    let order = prefixes.filter { isCandidate($0, below: threshold) }.sorted { a, b in
      guard a.nonzeroBitCount == b.nonzeroBitCount else {
        return a.nonzeroBitCount < b.nonzeroBitCount
      }
      return a != b && a >> (a ^ b).trailingZeroBitCount & 1 == 1
    }
    let (width, whole) = (limit.others + 1, prefixes[prefixes.count - 1])
    var needs = Array(repeating: [PartitionCertificate.Need](), count: whole + 1)
    needs[whole] = [.init(devices: 0, others: 0)]
    for prefix in order.reversed() where prefix != whole {
      // Of each number of others the fewest devices.
      var least = Array(repeating: Int.max, count: width)
      for next in order where next & prefix == prefix && next != prefix {
        for behind in needs[next] {
          for option in options(from: prefix, to: next, othersBehind: behind.others)
          where option.value < threshold && behind.devices + option.devices <= limit.devices
            && behind.others + option.others <= limit.others
          {
            let others = behind.others + option.others
            least[others] = min(least[others], behind.devices + option.devices)
          }
        }
      }
      // More of the others must save devices.
      var fewest = Int.max
      for (others, devices) in least.enumerated() where devices < fewest {
        needs[prefix].append(.init(devices: devices, others: others))
        fewest = devices
      }
      needs[prefix].reverse()
    }
    return order.map { needs[$0] }
  }
}
