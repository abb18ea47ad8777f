/// What every transport must do: one suite, run by every implementation with 1, 2, 3 and 4 ranks.
///
/// Each check is a function that all ranks call with their own transport. The tests call it on
/// threads over the loopback; `transport-worker` calls it under `mpirun`.
package enum TransportConformance {
  /// One thing that a transport must do.
  package struct Check: Sendable, CustomStringConvertible {
    /// The name by which the check is chosen and reported.
    package let name: String
    let body: @Sendable (Bench) throws -> Void

    package var description: String { name }

    /// Makes the check; all ranks come here, and all leave together when it holds.
    package func run(on transport: any Transport) throws(ConformanceFailure) {
      let bench = Bench(transport)
      do {
        // The memory outlives what happens on other ranks, too.
        try withExtendedLifetime(bench) {
          try body(bench)
          try transport.barrier()
        }
      } catch {
        throw ConformanceFailure(check: name, rank: transport.rank, reason: "\(error)")
      }
    }
  }

  /// All checks, the simple ones first.
  package static let checks = [
    Check(name: "bounds", body: bounds),
    Check(name: "sizes", body: sizes),
    Check(name: "tags", body: tags),
    Check(name: "order", body: order),
    Check(name: "both ways at once", body: bothWays),
    Check(name: "restart", body: restart),
    Check(name: "to itself", body: toItself),
    Check(name: "progress", body: progress),
    Check(name: "sums", body: sums),
    Check(name: "agreement", body: agreement),
    Check(name: "gathering", body: gathering),
    Check(name: "refusals", body: refusals),
    Check(name: "wrong size", body: wrongSize),
    Check(name: "time-outs", body: timeouts),
    Check(name: "no window", body: noWindow),
    Check(name: "borrowing", body: borrowing),
    Check(name: "writing what is borrowed", body: writing),
    Check(name: "copying from a window", body: copying),
    Check(name: "failures in a window", body: windowFailures),
  ]
}

/// A check that did not hold.
package struct ConformanceFailure: Error, CustomStringConvertible {
  let check: String
  let rank: Int
  let reason: String

  package var description: String { "\(check): rank \(rank): \(reason)" }
}

/// What a check saw and should not have seen.
private struct Surprise: Error, CustomStringConvertible {
  let description: String
}

func expect(_ condition: Bool, _ surprise: @autoclosure () -> String) throws {
  guard condition else { throw Surprise(description: surprise()) }
}

/// Expects that `body` throws just this error.
func expect(
  _ expected: TransportError, from what: @autoclosure () -> String, _ body: () throws -> Void
) throws {
  do {
    try body()
  } catch let error as TransportError where error == expected {
    return
  } catch {
    throw Surprise(description: "\(what()) threw: \(error)")
  }
  throw Surprise(description: "\(what()) did not throw")
}
