internal import PartitaSchedule

/// A measured step, replayed as if every message arrived the moment it left.
///
/// Each action takes as long as it took, but waits only for the actions whose messages it reads. So
/// the difference from the measured step is what its messages cost that nothing hid; what looking
/// after them cost kernels is in both. Nothing begins later than it did, so the replay is never longer
/// than the step.
package struct FreeMessages {
  /// A moment at which a message left.
  package struct Departure: Hashable {
    /// The action that sent it.
    let rank, action: Int
    /// Seconds from the start of that action's work.
    let delay: Double

    package init(rank: Int, action: Int, delay: Double) {
      self.rank = rank
      self.action = action
      self.delay = delay
    }
  }

  /// The seconds of each action of each rank, waiting not included.
  let seconds: [[Double]]
  /// When each rank began, in seconds.
  let starts: [Double]
  /// When what an action reads left; the last entry of a rank is the end of its step.
  let readers: [[[Departure]]]
  /// Each rank's exchange, in which it meets all others.
  let exchanges: [Int?]

  package init(
    seconds: [[Double]], starts: [Double], readers: [[[Departure]]], exchanges: [Int?]
  ) {
    self.seconds = seconds
    self.starts = starts
    self.readers = readers
    self.exchanges = exchanges
  }

  /// When the last rank is done. Complexity: O(actions + messages), each of them looked at once for
  /// every time that its rank has to wait.
  package func makespan() -> Double {
    var ends: [[Double]] = starts.map { _ in [] }
    var clock = starts
    var progresses = true
    while progresses {
      progresses = false
      for rank in starts.indices {
        while ends[rank].count < readers[rank].count, let ready = ready(rank, ends, clock) {
          let action = ends[rank].count
          clock[rank] = ready + (action < seconds[rank].count ? seconds[rank][action] : 0)
          ends[rank].append(clock[rank])
          progresses = true
        }
      }
    }
    return clock.max() ?? 0
  }

  /// When a rank's next action can begin, nil where that isn't known yet.
  private func ready(_ rank: Int, _ ends: [[Double]], _ clock: [Double]) -> Double? {
    let action = ends[rank].count
    var ready = clock[rank]
    for source in readers[rank][action] {
      guard source.action < ends[source.rank].count else { return nil }
      let begun = ends[source.rank][source.action] - seconds[source.rank][source.action]
      ready = max(ready, begun + source.delay)
    }
    guard exchanges[rank] == action else { return ready }
    for (other, place) in exchanges.enumerated() {
      guard let place else { continue }
      // Where the other one stands, or stood, just before its own exchange.
      guard ends[other].count >= place else { return nil }
      ready = max(ready, place > 0 ? ends[other][place - 1] : starts[other])
    }
    return ready
  }
}
