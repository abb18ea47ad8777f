import PartitaSchedule
import Testing

/// Law 2: the expression of a sum is the same for every number of replicas. By exhaustion: up to
/// eight groups, every number of replicas, every set of groups that have samples.
@Suite struct ReductionTests {
  @Test(arguments: [1, 2, 4, 8])
  func theSameExpressionForEveryNumberOfReplicas(groups: Int) {
    var tested = 0
    for filled in sets(of: groups) {
      let serial = Self.tree(0, 1, groups, filled) ?? "nothing"
      for replicas in 1...groups {
        let reduction = Reduction(groups: groups, replicas: replicas, filled: filled)
        #expect(Self.evaluate(reduction, replicas: replicas, filled: filled) == serial)
        tested += 1
      }
    }
    #expect(tested == groups * ((1 << groups) - 1))
  }

  /// A replica adds up by itself only what is its own, and only once.
  @Test(arguments: [2, 4, 8])
  func localAdditionsAreLocal(groups: Int) {
    for filled in sets(of: groups) {
      for replicas in 1...groups {
        let reduction = Reduction(groups: groups, replicas: replicas, filled: filled)
        #expect(reduction.local.count == replicas)
        for (replica, additions) in reduction.local.enumerated() {
          for addition in additions {
            #expect(addition.into % replicas == replica && addition.other % replicas == replica)
            #expect(filled.contains(addition.into) && filled.contains(addition.other))
          }
        }
        for partial in reduction.partials {
          #expect(partial.group % replicas == partial.replica)
        }
        let additions = reduction.local.reduce(0) { $0 + $1.count } + reduction.across.count
        #expect(additions == filled.count - 1)
      }
    }
  }

  /// A replica sends one partial for each maximal subtree that it owns: with r a power of two one
  /// for each replica that has samples.
  @Test(arguments: [1, 2, 4, 8])
  func partialsAreMaximal(groups: Int) {
    for filled in sets(of: groups) {
      for replicas in [1, 2, 4, 8] where replicas <= groups {
        let reduction = Reduction(groups: groups, replicas: replicas, filled: filled)
        #expect(reduction.partials.count == Set(filled.map { $0 % replicas }).count)
      }
    }
  }

  @Test func byHand() {
    #expect(Self.tree(0, 1, 4, [0, 1, 2, 3]) == "((0+2)+(1+3))")
    #expect(Self.tree(0, 1, 4, [0, 1, 2]) == "((0+2)+1)")
    #expect(Self.tree(0, 1, 8, Set(0..<8)) == "(((0+4)+(2+6))+((1+5)+(3+7)))")
    let three = Reduction(groups: 4, replicas: 3, filled: [0, 1, 2, 3])
    #expect(three.local == [[], [], []])
    #expect(three.partials.map(\.group) == [0, 2, 1, 3])
    let two = Reduction(groups: 4, replicas: 2, filled: [0, 1, 2, 3])
    #expect(two.local == [[.init(into: 0, other: 2)], [.init(into: 1, other: 3)]])
    #expect(two.across == [.init(into: 0, other: 1)])
  }

  /// The tree of the law, written down once more: j with j + g/2 first.
  private static func tree(_ residue: Int, _ modulus: Int, _ groups: Int, _ filled: Set<Int>)
    -> String?
  {
    if modulus == groups { return filled.contains(residue) ? "\(residue)" : nil }
    let left = tree(residue, 2 * modulus, groups, filled)
    let right = tree(residue + modulus, 2 * modulus, groups, filled)
    guard let left, let right else { return left ?? right }
    return "(\(left)+\(right))"
  }

  /// Does with strings what ranks do with arrays.
  private static func evaluate(_ reduction: Reduction, replicas: Int, filled: Set<Int>) -> String {
    var accumulators = Dictionary(uniqueKeysWithValues: filled.map { ($0, "\($0)") })
    for additions in reduction.local {
      for addition in additions {
        guard let a = accumulators[addition.into], let b = accumulators[addition.other] else {
          return "an addition of nothing"
        }
        accumulators[addition.into] = "(\(a)+\(b))"
      }
    }
    var partials = reduction.partials.map { accumulators[$0.group] ?? "nothing" }
    for addition in reduction.across {
      partials[addition.into] = "(\(partials[addition.into])+\(partials[addition.other]))"
    }
    return partials.first ?? "nothing"
  }

  private func sets(of groups: Int) -> [Set<Int>] {
    (1..<1 << groups).map { bits in Set((0..<groups).filter { bits >> $0 & 1 == 1 }) }
  }
}
