import PartitaTransport
import Synchronization
import Testing

@Suite struct LoopbackTests {
  @Test(arguments: TransportConformance.checks, 1...4)
  func conforms(check: TransportConformance.Check, ranks: Int) throws {
    _ = try LoopbackTransport.run(ranks: ranks) { try check.run(on: $0) }
  }

  @Test(arguments: TransportConformance.checks)
  func soloConforms(check: TransportConformance.Check) throws {
    try check.run(on: LoopbackTransport.solo())
  }

  @Test func resultsComeInTheOrderOfRanks() throws {
    #expect(try LoopbackTransport.run(ranks: 3) { $0.rank * 10 } == [0, 10, 20])
  }

  @Test(arguments: [0, 1, 1 << 20])
  func aSendWaitsForItsReceive(bytes: Int) throws {
    _ = try LoopbackTransport.run(ranks: 2) { transport in
      let bench = Bench(transport)
      let block = bench.block(bytes)
      let message =
        transport.rank == 0
        ? try bench.send(block, to: 1, tag: 3) : try bench.receive(block, from: 0, tag: 3)
      if transport.rank == 0 {
        try transport.start(message)
        for _ in 0..<1000 { #expect(try !transport.isComplete(message)) }
      }
      try transport.barrier()
      if transport.rank == 1 { try transport.start(message) }
      try transport.wait(for: message)
    }
  }

  @Test func programsThatRelyOnBufferingTimeOut() throws {
    #expect(throws: TransportError.self) {
      try LoopbackTransport.run(ranks: 2, timeoutSeconds: 0.05) { transport in
        let bench = Bench(transport)
        let block = bench.block(4)
        for message in [
          try bench.send(block, to: 1 - transport.rank, tag: 0),
          try bench.receive(block, from: 1 - transport.rank, tag: 0),
        ] {
          try transport.start(message)
          try transport.wait(for: message)
        }
      }
    }
  }
}

@Suite struct LoopbackFailureTests {
  private struct Mishap: Error, Equatable {}

  /// Rank 1 fails as `failing` says while the others wait in three ways.
  private func run(failing: @escaping @Sendable (LoopbackTransport) throws -> Void)
    -> (thrown: (any Error)?, consequences: [TransportError])
  {
    let consequences = Mutex<[TransportError]>([])
    var thrown: (any Error)?
    do {
      _ = try LoopbackTransport.run(ranks: 4) { transport in
        let bench = Bench(transport)
        let block = bench.block(8)
        if transport.rank == 1 { return try failing(transport) }
        do {
          let message = try bench.receive(block, from: 1, tag: 0)
          try transport.start(message)
          if transport.rank == 0 { try transport.wait(for: message) }
          if transport.rank == 2 { try transport.barrier() }
          while try !transport.isComplete(message) {}
        } catch let error as TransportError {
          consequences.withLock { $0.append(error) }
          throw error
        }
      }
    } catch {
      thrown = error
    }
    return (thrown, consequences.withLock(\.self))
  }

  @Test func oneRanksErrorEndsAllWaits() {
    let (thrown, consequences) = run { _ in throw Mishap() }
    #expect(thrown as? Mishap == Mishap())
    let expected = TransportError.rankFailed(RankFailure(rank: 1, message: "Mishap()"))
    #expect(consequences == [expected, expected, expected])
  }

  @Test func abortEndsAllWaits() {
    let (thrown, consequences) = run { $0.abort(code: 3) }
    let expected = TransportError.rankFailed(
      RankFailure(rank: 1, message: "aborted with code 3"))
    // The others throw it too; whoever comes first is reported.
    #expect(thrown as? TransportError == expected)
    #expect(consequences == [expected, expected, expected])
  }

  @Test func missingRanksAreNamed() {
    #expect(throws: TransportError.missing(ranks: [1], call: "barrier", seconds: 0.05)) {
      try LoopbackTransport.run(ranks: 2, timeoutSeconds: 0.05) { transport in
        if transport.rank == 0 { try transport.barrier() }
      }
    }
  }

  @Test func differentCollectiveCallsAreAnError() throws {
    let error = #expect(throws: TransportError.self) {
      try LoopbackTransport.run(ranks: 2) { transport in
        if transport.rank == 0 { try transport.barrier() } else { _ = try transport.agree(on: nil) }
      }
    }
    #expect("\(try #require(error))".contains("is in another collective call"))
  }
}
