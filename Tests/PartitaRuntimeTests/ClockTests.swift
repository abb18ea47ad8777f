import PartitaRuntime
import PartitaTransport
import Testing

/// Ranks' clocks are compared, and the comparison says how good it is.
@Suite struct ClockTests {
  @Test(arguments: 1...4)
  func theOffsetIsFoundWithinTheUncertaintyThatIsSaid(ranks: Int) throws {
    let leads: [Int64] = [0, 1_000_000_007, -3_600_000_000_000, 86_400_000_000_000]
    let readings = try LoopbackTransport.run(ranks: ranks) { transport in
      try ClockAlignment(transport, tag: 7, clock: StepClock(aheadBy: leads[transport.rank]))
        .read()
    }
    #expect(Set(readings.map(\.uncertainty)).count == 1, "all ranks say the same")
    #expect(Set(readings.map(\.reference)).count == 1)
    #expect(readings[0].offset == 0)
    for (reading, lead) in zip(readings, leads) {
      // Threads of one process share a clock: what they differ by is what they were told.
      #expect(abs(reading.offset - Double(lead)) <= reading.uncertainty)
      // Half a second would mean that nothing was measured.
      #expect(reading.uncertainty < 5e8)
    }
    #expect((readings[0].uncertainty > 0) == (ranks > 1))
  }

  @Test func aDriftIsSpreadEvenly() {
    let start: Int64 = 1 << 52
    let before = ClockReading(
      local: start + 500, reference: 100, offset: Double(start), uncertainty: 3)
    let after = ClockReading(
      local: start + 2_000_500, reference: 0, offset: Double(start) + 1000, uncertainty: 5)
    let line = ClockLine(before: before, after: after)
    #expect(line.seconds(start + 500) == 400e-9)
    #expect(abs(line.seconds(start + 1_000_500) - 999_900e-9) < 1e-15)
    #expect(abs(line.seconds(start + 2_000_500) - 1_999_400e-9) < 1e-15)
    #expect(line.uncertaintySeconds == 5e-9)
  }

  /// Two ranks of two actions; the second one of rank 1 reads what rank 0 made first.
  @Test func freeMessagesLeaveOnlyWhatMustBeWaitedFor() {
    func makespan(
      _ first: Double, _ other: Double, sentAfter: Double? = nil, exchanges: [Int?]
    ) -> Double {
      let delay = sentAfter ?? first
      return
        FreeMessages(
          seconds: [[first, 1], [other, 4]], starts: [0, 0.5],
          readers: [[[], [], []], [[], [.init(rank: 0, action: 0, delay: delay)], []]],
          exchanges: exchanges
        ).makespan()
    }
    #expect(makespan(3, 1, exchanges: [nil, nil]) == 7)
    #expect(makespan(1, 3, exchanges: [nil, nil]) == 7.5)
    // What leaves before its action is done is there before.
    #expect(makespan(3, 1, sentAfter: 2, exchanges: [nil, nil]) == 6)
    // In an exchange, who comes first waits for the other.
    #expect(makespan(9, 3, exchanges: [1, 1]) == 13)
    #expect(makespan(1, 8, exchanges: [1, 1]) == 12.5)
  }
}
