import PartitaDevice
import PartitaRuntime
import PartitaTransport
import Synchronization
import Testing

/// Law 7: all ranks fail together, and say what they waited for.
@Suite struct FailureTests {
  /// How a rank leaves the others alone.
  enum End: CaseIterable { case death, silence }

  private struct Death: Error {}

  /// What every rank of a pipeline says when one of them is gone after the first step.
  private func words(
    ranks: Int, gone: Int, _ end: End
  ) throws -> [Int: String] {
    let programs = try RuntimePrograms(
      .mlp, RuntimePlan(replicas: Array(repeating: 1, count: ranks)))
    let words = Mutex<[Int: String]>([:])
    @Sendable func run(_ transport: LoopbackTransport) throws {
      let rank = try RuntimeRank(programs, device: CPUDevice(), transport: transport)
      _ = try rank.train(step: 1)
      guard transport.rank != gone else {
        if end == .death { throw Death() }
        return
      }
      transport.timeoutSeconds = 0.3
      do {
        _ = try rank.train(step: 2)
      } catch let error as RuntimeError {
        #expect(error.rank == transport.rank && error.step == 2)
        words.withLock { $0[transport.rank] = error.description }
      }
    }
    do {
      _ = try LoopbackTransport.run(ranks: ranks) { try run($0) }
      #expect(end == .silence)
    } catch is Death {
      #expect(end == .death)
    }
    return words.withLock(\.self)
  }

  @Test(arguments: End.allCases)
  func whoWaitsForALostPeerNamesTheTensorTheMicrobatchAndBothRanks(_ end: End) throws {
    let upstream = try words(ranks: 2, gone: 1, end)
    let first = try #require(upstream[0])
    #expect(first.contains("microbatch "), "\(first)")
    #expect(first.contains("from rank 0 to rank 1") || first.contains("from rank 1 to rank 0"))
    #expect(first.contains(" of layer "), "\(first)")

    let downstream = try words(ranks: 2, gone: 0, end)
    let second = try #require(downstream[1])
    #expect(second.contains("microbatch "), "\(second)")
    #expect(second.contains("from rank 0 to rank 1"), "\(second)")
    #expect(second.contains(" of layer "), "\(second)")
  }

  @Test(arguments: 0..<4)
  func nobodyHangsWhenOneRankOfFourDies(gone: Int) throws {
    let words = try words(ranks: 4, gone: gone, .death)
    #expect(words.keys.sorted() == (0..<4).filter { $0 != gone })
  }
}
