import PartitaTraining
import PartitaTransport
import Testing

/// Law 9: nothing is assumed to be equal, and the first difference is named with its two ranks.
@Suite struct AgreementTests {
  static let common = [
    Fact("seed", "1"), Fact("training.batch", "64"), Fact("data.path", digest: "ab"),
  ]

  @Test func equalRanksAgree() {
    #expect(Agreement.firstDifference([Self.common, Self.common, Self.common]) == nil)
  }

  @Test func theLowestRankAndTheFirstFactAreNamed() {
    let other = [Fact("seed", "1"), Fact("training.batch", "32"), Fact("data.path", digest: "cd")]
    #expect(
      Agreement.firstDifference([Self.common, Self.common, other, other])
        == "rank 2 has training.batch 32, rank 0 has 64: all ranks of a run need the same")
  }

  @Test func digestsAreNotShown() {
    let other = Self.common.dropLast() + [Fact("data.path", digest: "cd")]
    #expect(
      Agreement.firstDifference([Self.common, Array(other)])
        == "rank 1 read other bytes from data.path than rank 0")
  }

  /// A rank without a need for data is compared with none, but those that have it are.
  @Test func ranksWithoutAValueAreLeftOut() {
    let without = Self.common.dropLast() + [Fact("data.path", digest: nil)]
    let other = Self.common.dropLast() + [Fact("data.path", digest: "cd")]
    #expect(Agreement.firstDifference([Array(without), Self.common, Self.common]) == nil)
    #expect(
      Agreement.firstDifference([Array(without), Self.common, Array(without), Array(other)])
        == "rank 3 read other bytes from data.path than rank 1")
  }

  @Test func whatOneRankAloneHas() {
    let more = Self.common + [Fact("the option --steps", "2")]
    #expect(
      Agreement.firstDifference([Self.common, more])?
        .hasPrefix("rank 1 has the option --steps 2, rank 0 has none") == true)
    #expect(
      Agreement.firstDifference([more, Self.common])?
        .hasPrefix("rank 0 has the option --steps 2, rank 1 has none") == true)
  }

  /// Over a transport every rank gets the same answer.
  @Test(arguments: 1...4) func allRanksGetTheAnswer(ranks: Int) throws {
    let answers = try LoopbackTransport.run(ranks: ranks) { transport in
      let last = transport.rank == transport.size - 1 && transport.size > 1
      return [
        try Agreement.difference(in: [Fact("seed", "1")], over: transport),
        try Agreement.difference(in: [Fact("seed", last ? "2" : "1")], over: transport),
        try Agreement.difference(
          in: [Fact("data.path", digest: last ? "x" : nil)], over: transport),
      ]
    }
    for answer in answers {
      #expect(answer[0] == nil)
      #expect((answer[1] == nil) == (ranks == 1))
      #expect(answer[2] == nil)
    }
  }
}
