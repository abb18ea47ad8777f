internal import Foundation

/// One thing that was looked at, how it is, and what to do where that isn't well.
public struct HostFinding: Hashable, Sendable {
  /// What was looked at.
  public let topic: String
  /// How it is.
  public let words: String
  /// What to do; nil where all is well.
  public let advice: String?
  /// Whether no run can be well as it is.
  public let isFault: Bool

  /// A finding; one with advice is no fault unless it says so.
  public init(_ topic: String, _ words: String, advice: String? = nil, isFault: Bool = false) {
    self.topic = topic
    self.words = words
    self.advice = advice
    self.isFault = isFault
  }
}

extension HostFinding {
  /// What follows from the facts of all ranks, in their order.
  public static func all(_ ranks: [HostFacts]) -> [HostFinding] {
    var findings: [HostFinding] = []
    var names: [String] = []
    for rank in ranks where !names.contains(rank.host) { names.append(rank.host) }
    for name in names {
      let numbers = ranks.indices.filter { ranks[$0].host == name }
      let first = ranks[numbers[0]]
      findings.append(
        HostFinding(
          "host", "\(name): \(first.processor), \(gigabytes(first.memoryBytes)) of memory"))
      findings.append(HostFinding("kernels", first.instructionSets))
      findings.append(cores(numbers, ranks))
      findings.append(sharedMemory(first, ranks: numbers.count))
    }
    if Set(ranks.map { [$0.processor, $0.instructionSets] }).count > 1 {
      findings.append(
        HostFinding(
          "processors", "hosts have processors of different kinds, or other libraries",
          advice: "the same bits hold on one kind: a run is refused; ask for hosts of one kind"))
    }
    return findings
  }

  /// The cores that ranks of one host really have.
  private static func cores(_ numbers: [Int], _ ranks: [HostFacts]) -> HostFinding {
    let own = numbers.map { ranks[$0] }
    let threads = Set(own.flatMap(\.threads))
    let quota = own.compactMap(\.quota).min()
    let cores = Cores.number(of: threads, quota: quota)
    let places = numbers.prefix(16).map {
      "rank \($0) on \(list(ranks[$0].threads))"
    }.joined(separator: ", ")
    let words =
      "\(cores) for \(own.count) \(own.count == 1 ? "rank" : "ranks"), hardware threads: \(places)"
      + (own.count > 16 ? ", ..." : "") + (quota.map { "; a quota of \($0) cores" } ?? "")
    let narrow = own.filter { $0.threads.count == 1 }
    if narrow.count == own.count, Set(narrow.map(\.threads)).count < narrow.count {
      return HostFinding(
        "cores", words,
        advice: "ranks are bound to the same core: `--bind-to none`, or one rank a core")
    }
    if own.count > cores {
      return HostFinding(
        "cores", words,
        advice: "ranks share cores: fine for a test, no speed-up; at most \(max(1, cores)) here")
    }
    return HostFinding("cores", words)
  }

  /// Below this a host's ranks may not be able to talk: Open MPI takes 4 MiB a rank, and more.
  private static func sharedMemory(_ host: HostFacts, ranks: Int) -> HostFinding {
    guard let free = host.sharedBytes else {
      return HostFinding(
        "shared memory", "there is no /dev/shm", advice: "mount it: mount -t tmpfs tmpfs /dev/shm",
        isFault: ranks > 1)
    }
    let words = "\(gigabytes(free)) free in /dev/shm"
    guard free < (32 + 16 * ranks) << 20 else { return HostFinding("shared memory", words) }
    return HostFinding(
      "shared memory", words,
      advice: "make it larger: `--shm-size=1g` of a container, or "
        + "mount -o remount,size=1g /dev/shm")
  }

  /// As `0-3,8`.
  private static func list(_ numbers: [Int]) -> String {
    var ranges: [ClosedRange<Int>] = []
    for number in numbers.sorted() {
      if let last = ranges.last, last.upperBound + 1 == number {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }

  private static func gigabytes(_ bytes: Int) -> String {
    String(format: "%.2f GB", Double(bytes) / 1e9)
  }
}
