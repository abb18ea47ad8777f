internal import Synchronization

extension LoopbackTransport {
  /// Runs `body` once for each rank, each on a thread of its own, and returns their results in the
  /// order of ranks.
  ///
  /// When ranks throw or abort, the first failure in time is thrown, as its own error: those of the
  /// others are only its consequences. It returns when all threads have ended.
  /// - Throws: what `body` throws first, on whatever rank.
  public static func run<Result: Sendable>(
    ranks: Int, timeoutSeconds: Double = 60,
    _ body: @escaping @Sendable (LoopbackTransport) throws -> Result
  ) throws -> [Result] {
    let world = LoopbackWorld(size: ranks)
    let outcome = Mutex(Outcome(results: [Result?](repeating: nil, count: ranks)))
    let threads = (0..<ranks).map { rank in
      let thread = NativeThread {
        let transport = LoopbackTransport(
          rank: rank, world: world, timeoutSeconds: timeoutSeconds)
        do {
          let result = try body(transport)
          outcome.withLock { $0.results[rank] = result }
        } catch {
          outcome.withLock { $0.error = $0.error ?? error }
          world.fail(RankFailure(rank: rank, message: "\(error)"))
        }
      }
      guard let thread else { preconditionFailure("no thread to be had for rank \(rank)") }
      return thread
    }
    for thread in threads { thread.join() }
    let (results, error) = outcome.withLock { ($0.results.compactMap(\.self), $0.error) }
    if let error { throw error }
    if let failure = world.failure { throw TransportError.rankFailed(failure) }
    return results
  }
}

private struct Outcome<Result> {
  var results: [Result?]
  var error: (any Error)?
}
