import PartitaFiles
import PartitaStudy
import Testing

/// What becomes of a run whose ranks were lost.
@Suite struct SupervisionTests {
  private func everything(_: Int) -> Bool { true }

  @Test func theSameRanksAgain() {
    var supervision = Supervision(ranks: 4, retries: 3)
    #expect(
      supervision.lost(at: 100, newest: 5, reachable: 4, fits: everything) == .launch(ranks: 4))
    #expect(
      supervision.lost(at: 200, newest: 9, reachable: 4, fits: everything) == .launch(ranks: 4))
  }

  @Test func aSecondLossSoonAfterTakesARankAway() {
    var supervision = Supervision(ranks: 4, retries: 3)
    _ = supervision.lost(at: 100, newest: 5, reachable: 4, fits: everything)
    #expect(
      supervision.lost(at: 159, newest: 9, reachable: 4, fits: everything) == .launch(ranks: 3))
  }

  @Test func aHostOutOfReachTakesItsRanksAway() {
    var supervision = Supervision(ranks: 4, retries: 3)
    #expect(
      supervision.lost(at: 1, newest: nil, reachable: 2, fits: everything) == .launch(ranks: 2))
    #expect(
      supervision.lost(at: 999, newest: 1, reachable: 0, fits: everything)
        == .giveUp(problem: "there is no plan for the ranks that are left"))
  }

  @Test func onlyNumbersWithAPlanAreTaken() {
    var supervision = Supervision(ranks: 8, retries: 3)
    _ = supervision.lost(at: 0, newest: 1, reachable: 8, fits: everything)
    #expect(
      supervision.lost(at: 1, newest: 2, reachable: 8) { $0 <= 5 } == .launch(ranks: 5))
  }

  /// Retries count launches without a newer checkpoint; one that got further sets them back.
  @Test func retriesCountLaunchesWithoutProgress() {
    var supervision = Supervision(ranks: 2, retries: 1)
    var steps: [Int?] = [nil, 7, 7, 8, 8]
    var decisions: [Supervision.Decision] = []
    for (index, step) in steps.enumerated() {
      decisions.append(
        supervision.lost(at: Double(1000 * index), newest: step, reachable: 2, fits: everything))
    }
    #expect(decisions.allSatisfy { $0 == .launch(ranks: 2) })
    steps = [8]
    guard case .giveUp = supervision.lost(at: 9e9, newest: 8, reachable: 2, fits: everything) else {
      Issue.record("a run without progress is launched for ever")
      return
    }
  }

  @Test func hostFiles() throws {
    let file = try HostFile("# two\nnode1 slots=4 max_slots=8\n\nnode2\n", name: "hosts")
    #expect(file.slots == 5)
    #expect(file.text(for: .openMPI) == "node1 slots=4\nnode2 slots=1\n")
    #expect(file.text(for: .hydra) == "node1:4\nnode2:1\n")
    #expect(file.reachable { $0.name == "node2" }.slots == 1)
    for text in ["", "# nobody\n", "a slots=0\n", "a slots=x\n"] {
      #expect(throws: FileError.self) { try HostFile(text, name: "hosts") }
    }
  }
}
