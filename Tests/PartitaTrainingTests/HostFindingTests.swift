import PartitaTraining
import Testing

/// What a host is said to be like, and what to do: by facts alone, whatever this machine is.
@Suite struct HostFindingTests {
  private func rank(
    _ host: String = "a", threads: [Int] = [0, 1], quota: Double? = nil,
    shared: Int? = 1 << 30, processor: String = "P"
  ) -> HostFacts {
    HostFacts(
      host: host, processor: processor, instructionSets: "I", threads: threads,
      cores: threads.count, quota: quota, memoryBytes: 8_000_000_000, sharedBytes: shared)
  }

  private func finding(_ topic: String, _ ranks: [HostFacts]) throws -> HostFinding {
    try #require(HostFinding.all(ranks).first { $0.topic == topic })
  }

  @Test func aSoundHostGetsNoAdvice() {
    let findings = HostFinding.all([rank(threads: [100_000])])
    #expect(findings.map(\.topic) == ["host", "kernels", "cores", "shared memory"])
    #expect(findings.allSatisfy { $0.advice == nil && !$0.isFault })
    #expect(findings[0].words == "a: P, 8.00 GB of memory")
    #expect(findings[2].words == "1 for 1 rank, hardware threads: rank 0 on 100000")
  }

  /// Threads that no processor has are cores of their own.
  @Test func ranksThatShareCoresAreTold() throws {
    let three = [100_000, 100_001, 100_002, 100_005]
    let cores = try finding("cores", (0..<5).map { _ in rank(threads: three) })
    #expect(cores.words.contains("4 for 5 ranks"))
    #expect(cores.words.contains("rank 4 on 100000-100002,100005"))
    #expect(try #require(cores.advice).contains("at most 4 here"))
    #expect(try finding("cores", [rank(threads: three)]).advice == nil)
    let quota = try finding("cores", [rank(threads: three, quota: 1.5), rank(threads: three)])
    #expect(try #require(quota.advice).contains("at most 1 here"))
    #expect(quota.words.contains("a quota of 1.5 cores"))
  }

  @Test func ranksOnTheSameCoreAreTold() throws {
    let both = try finding("cores", [rank(threads: [100_000]), rank(threads: [100_000])])
    #expect(try #require(both.advice).contains("bound to the same core"))
    let apart = try finding("cores", [rank(threads: [100_000]), rank(threads: [100_001])])
    #expect(apart.advice == nil)
    let hosts = [rank("a", threads: [100_000]), rank("b", threads: [100_000])]
    #expect(try finding("cores", hosts).advice == nil, "each host has its own first core")
  }

  @Test func littleSharedMemoryIsTold() throws {
    let little = try finding("shared memory", [rank(shared: 64 << 20), rank(), rank()])
    #expect(try #require(little.advice).contains("--shm-size"))
    #expect(!little.isFault)
    #expect(try finding("shared memory", [rank(shared: nil), rank()]).isFault)
  }

  @Test func processorsOfDifferentKindsAreTold() throws {
    let words = try finding("processors", [rank("a"), rank("b", processor: "Q")]).words
    #expect(words.contains("different kinds"))
  }
}
