import PartitaTraining
import Testing

/// Who leads a race is said only where it is more than chance.
@Suite struct RaceStandingsTests {
  /// The sign test's tail is that of all sequences of a fair coin.
  @Test(arguments: 0...10) func chanceCountsCoins(rounds: Int) {
    let heads = (0..<1 << rounds).map { $0.nonzeroBitCount }
    for wins in 0...rounds {
      let share = Double(heads.count { $0 >= wins }) / Double(heads.count)
      #expect(abs(RaceStandings.chance(of: wins, in: rounds) - share) < 1e-12)
    }
  }

  /// The interval misses the median as often as so many coins fall on one side, and no smaller one of
  /// its kind is as safe.
  @Test(arguments: 2...20) func intervalIsTheNarrowestThatIsSafe(count: Int) {
    let risk = 0.05
    let numbers = (0..<count).map(Double.init)
    func missed(_ left: Int) -> Double {
      2 * RaceStandings.chance(of: count - left + 1, in: count)
    }
    guard let interval = RaceStandings.interval(of: numbers.shuffled(), risk: risk) else {
      #expect(missed(1) > risk)
      return
    }
    let left = Int(interval.lowerBound) + 1
    #expect(interval.upperBound == Double(count - left))
    #expect(missed(left) <= risk)
    #expect(left + 1 > count / 2 || missed(left + 1) > risk)
  }

  private func standings(_ turns: [[Double]]) -> RaceStandings {
    var standings = RaceStandings(plans: turns.count)
    for round in turns[0].indices { standings.add(round: turns.map { $0[round] }) }
    return standings
  }

  /// A plan that is always slower is known to be after as many rounds as the risk asks for, whatever the
  /// machine does to both.
  @Test func theSlowerOneIsKnownByRounds() {
    let drift = (0..<30).map { 1 + 0.5 * Double($0 % 7) }
    let rounds = (1...30).first { count in
      let fast = Array(drift.prefix(count))
      return standings([fast.map { 1.02 * $0 }, fast]).verdict == .known
    }
    #expect(rounds == 10)
    #expect(standings([drift.map { 1.02 * $0 }, drift]).leader == 1)
  }

  /// Two plans that win by turns by more than a hundredth stay open; by less they are level.
  @Test func levelPlansAreKnownToBe() {
    func turns(_ difference: Double) -> [[Double]] {
      let signs = (0..<40).map { $0 % 2 == 0 ? 1.0 : -1 }
      return [signs.map { _ in 1 }, signs.map { 1 + difference * $0 }]
    }
    #expect(standings(turns(0.05)).verdict == .open)
    #expect(standings(turns(0.002)).verdict == .known)
  }

  /// One plan has nobody to lose against.
  @Test func onePlanLeads() {
    #expect(standings([[1]]).verdict == .known)
    #expect(standings([[1]]).leader == 0)
  }
}
