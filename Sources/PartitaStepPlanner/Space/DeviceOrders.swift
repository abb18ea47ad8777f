internal import PartitaPlan

/// The ways to give a plan's ranks to devices that aren't alike: they lie on different hosts, or some are
/// faster.
struct DeviceOrders {
  /// For each rank of a plan the rank that takes its place; the first leaves all where they are.
  let all: [[Int]]
  /// Whether every other order is as good as one of these.
  let isComplete: Bool
  /// What tells devices apart, by rank.
  private let kinds: [Int]

  /// More orders are not listed.
  private static let listedAtMost = 120

  init(_ problem: StepProblem) {
    kinds = problem.deviceKinds
    let known = Array(0..<problem.ranks)
    if Set(kinds).count <= 1 {
      (all, isComplete) = ([known], true)
    } else if Self.count(kinds) <= Self.listedAtMost {
      (all, isComplete) = (Self.orders(kinds), true)
    } else {
      (all, isComplete) = ([known], false)
    }
  }

  /// Whether some device differs from another.
  var matter: Bool { Set(kinds).count > 1 }

  /// The orders in which two devices of other kinds change places.
  ///
  /// Complexity: O(ranks²) orders of as many ranks.
  func neighbours(of order: [Int]) -> [[Int]] {
    order.indices.flatMap { first in
      order.indices.filter { $0 > first && kinds[order[$0]] != kinds[order[first]] }.map {
        var swapped = order
        swapped.swapAt(first, $0)
        return swapped
      }
    }
  }

  /// How many orders differ; `Int.max` for very many.
  private static func count(_ kinds: [Int]) -> Int {
    var (count, placed) = (1, 0)
    for kind in Set(kinds).sorted() {
      for taken in 1...kinds.count(where: { $0 == kind }) {
        placed += 1
        // A binomial coefficient stays whole on the way.
        let (product, overflows) = count.multipliedReportingOverflow(by: placed)
        guard !overflows else { return .max }
        count = product / taken
      }
    }
    return count
  }

  /// All ways to spread the kinds over the ranks; devices of a kind are taken in turn.
  private static func orders(_ kinds: [Int]) -> [[Int]] {
    var found: [[Int]] = []
    func extend(_ order: [Int], _ left: [Int]) {
      guard !left.isEmpty else { return found.append(order) }
      var tried: Set<Int> = []
      for (place, rank) in left.enumerated() where tried.insert(kinds[rank]).inserted {
        var rest = left
        rest.remove(at: place)
        extend(order + [rank], rest)
      }
    }
    extend([], Array(kinds.indices))
    return found
  }
}

extension StepProblem {
  /// What tells the devices of ranks apart: host and speed; all 0 where nothing is said of them.
  var deviceKinds: [Int] {
    guard let cluster else { return Array(repeating: 0, count: ranks) }
    var known: [[Double]: Int] = [:]
    return (0..<ranks).map { rank in
      let speed = rank < cluster.speeds.count ? cluster.speeds[rank] : 1
      let kind = [Double(cluster.host(ofDevice: rank)), speed]
      return known[kind]
        ?? {
          known[kind] = known.count
          return known.count - 1
        }()
    }
  }

  /// How fast the fastest of the ranks works.
  var fastest: Double {
    guard let speeds = cluster?.speeds.prefix(ranks), let most = speeds.max() else { return 1 }
    return most
  }
}

extension Plan {
  /// The same with other ranks in the places of these.
  func placed(on order: [Int]) throws(PlanError) -> Plan {
    try Plan(
      stages: stages.map {
        Stage(layers: $0.layers, ranks: $0.ranks.map { order[$0] }, recomputed: $0.recomputed)
      }, gradientGroups: gradientGroups, gradientOrder: gradientOrder,
      shardsUpdate: shardsUpdate, layerCount: stages.last?.layers.upperBound ?? 0)
  }
}
