import PartitaReport
import Testing

/// How far resident memory may be off an account.
@Suite struct ResidentComparisonTests {
  private func row(_ arena: Int, _ staging: Int, grown: Int) -> ResidentComparison.Row {
    ResidentComparison.Row(arenaBytes: arena, stagingBytes: staging, grownBytes: grown)
  }

  /// Below 256 MiB it is 4 MiB, from there on 5 %; above and below the account alike.
  @Test func theBarIsOfTheAccount() {
    let (small, large) = ((256 << 20) - 1, 256 << 20)
    #expect(row(small - 10, 10, grown: small).bar == 4 << 20)
    #expect(row(small, 0, grown: small + (4 << 20)).isWithin)
    #expect(!row(small, 0, grown: small + (4 << 20) + 1).isWithin)
    #expect(row(large - 10, 10, grown: large - large / 20).isWithin)
    #expect(!row(large, 0, grown: large - large / 20 - 1).isWithin)
  }

  /// One rank beyond its bar is said of all.
  @Test func theVerdictIsOfEveryRank() {
    let comparison = ResidentComparison([
      row(1 << 20, 0, grown: 2 << 20), row(1 << 20, 0, grown: 6 << 20),
    ])
    #expect(!comparison.isWithin)
    #expect(comparison.sentence.contains("beyond the bar on some rank"))
    #expect(comparison.lines.filter { $0.contains("beyond") }.count == 2)
  }
}
