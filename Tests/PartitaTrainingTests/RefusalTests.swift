import PartitaConfig
import PartitaDevice
import PartitaTraining
import Testing

/// What can't fit is refused before it is allocated, with what would.
@Suite struct RefusalTests {
  private func experiment(_ settings: [String] = []) throws -> Experiment {
    try Experiment(TrainerModel.gpt.config(settings), ranks: 1)
  }

  private func refusal(of run: Experiment, available: Int) -> String? {
    do {
      try run.checkMemory(of: [0], available: available, device: CPUDevice())
      return nil
    } catch { return "\(error)" }
  }

  /// The border is the last byte of the arena, and of what is beside it.
  @Test func whatFitsToTheByteIsTaken() throws {
    let run = try experiment()
    let bytes = try run.bytesNeeded(device: CPUDevice())[0]
    #expect(refusal(of: run, available: bytes) == nil)
    let words = try #require(refusal(of: run, available: bytes - 1))
    #expect(words.hasPrefix("memory: rank 0 needs \(bytes) bytes, and \(bytes - 1) are available"))
    #expect(words.contains("gradients ") && words.contains("activations kept "))
  }

  /// Every way that is named fits.
  @Test func whatWouldFitDoes() throws {
    let one = try experiment()
    let bytes = try one.bytesNeeded(device: CPUDevice())[0]
    let words = try #require(refusal(of: one, available: bytes - 1))
    let ways = try #require(words.split(separator: "what would fit: ").last)
      .split(separator: ", or ").map(String.init)
    #expect(!ways.isEmpty)
    for way in ways where !way.contains(" on ") {
      #expect(refusal(of: try experiment([way]), available: bytes - 1) == nil)
    }
    // More ranks are a way, too: each by itself, on a host like this one.
    let other = try #require(ways.last?.split(separator: " on "))
    let ranks = try #require(
      other.dropFirst().first?.split(separator: " ").first.flatMap { Int($0) })
    let run = try Experiment(TrainerModel.gpt.config([String(other[0])]), ranks: ranks)
    for rank in 0..<ranks {
      try run.checkMemory(of: [rank], available: bytes - 1, device: CPUDevice())
    }
  }

  /// Replicas that each remember everything can share it.
  @Test func sharingTheUpdateIsAWay() throws {
    func experiment(_ settings: [String]) throws -> Experiment {
      try Experiment(
        TrainerModel.wide.config(["parallel.stages=1", "parallel.replicas=2"] + settings), ranks: 2)
    }
    func check(_ run: Experiment, _ available: Int) throws {
      try run.checkMemory(of: [0, 1], available: available, device: CPUDevice())
    }
    let one = try experiment([])
    let available = try one.bytesNeeded(device: CPUDevice()).reduce(0, +) - 1
    let way = "parallel.sharded_update=true"
    do {
      try check(one, available)
      Issue.record("it was taken")
    } catch { #expect("\(error)".contains(way), "\(error)") }
    try check(try experiment([way]), available)
  }

  /// Where nothing helps, nothing is promised.
  @Test func nothingIsPromisedThatDoesNotFit() throws {
    let words = try #require(refusal(of: experiment(), available: 4096))
    #expect(words.contains("neither a smaller batch") && words.contains("more than"))
  }

  /// Both sources of limits count, and the least holds.
  @Test func theLeastOfSystemAndGroupsIsAvailable() {
    let files = [
      "/proc/meminfo": "MemTotal: 9000 kB\nMemAvailable:    1000 kB\n",
      "/proc/self/cgroup": "0::/a/b\n",
      "/sys/fs/cgroup/a/memory.max": "700000\n", "/sys/fs/cgroup/a/memory.current": "100000\n",
      "/sys/fs/cgroup/a/b/memory.max": "max\n", "/sys/fs/cgroup/a/b/memory.current": "5\n",
    ]
    #expect(AvailableMemory.bytes { files[$0] } == 600_000)
    #expect(AvailableMemory.bytes { $0 == "/proc/meminfo" ? files[$0] : nil } == 1_024_000)
    #expect(AvailableMemory.bytes { _ in nil } == nil)
  }
}
