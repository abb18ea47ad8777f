import CAllocationCounter
import Foundation
import PartitaDevice
import PartitaFiles
import PartitaTraining

/// An object and a text on the heap, made to be counted: the optimiser can't leave them out, for
/// they end up in `known`.
final class Known {
  let text: UnsafeMutablePointer<CChar>?
  init(text: UnsafeMutablePointer<CChar>?) { self.text = text }
}

nonisolated(unsafe) private var known: [Known] = []

/// What a rank allocated while it trained.
struct Measurement {
  /// Steps that don't count.
  static let warmup = 2
  /// Steps of each half.
  static let half = 50

  /// Allocations in the first half, and in both.
  private let first, both: ac_counts
  /// What the counter makes of two allocations that are known.
  private let control: Int
  private let traces: [String]
  private let arenaBytes: Int
  /// Resident bytes after the steps that were counted, and after as many again.
  private let residentBytes: [Int]

  /// Trains and counts.
  init(of trainer: Trainer) throws {
    // Full batches are recorded, again and again in the same place.
    try trainer.prepareRecording(ofStep: 1)
    try Self.train(trainer, 1..<1 + Self.warmup)
    let middle = 1 + Self.warmup + Self.half
    let end = middle + Self.half

    ac_switch(true)
    try Self.train(trainer, 1 + Self.warmup..<middle)
    first = ac_read()
    try Self.train(trainer, middle..<end)
    both = ac_read()
    ac_switch(false)

    traces = (0..<Int(ac_trace_count())).map(Self.trace)
    control = Self.countKnownAllocations()
    arenaBytes = trainer.arenaBytes
    // The first look at the file itself takes some memory.
    _ = Self.residentBytes()
    let before = Self.residentBytes()
    try Self.train(trainer, end..<end + 2 * Self.half)
    residentBytes = [before, Self.residentBytes()]
  }

  /// What is told of it, on one line.
  func report(rank: Int) -> JSON {
    [
      "rank": .integer(rank),
      "own": counts(\.own), "onednn": counts(\.onednn), "mpi": counts(\.mpi),
      "control": .integer(control), "arenaBytes": .integer(arenaBytes),
      "residentBytes": .array(residentBytes.map { .integer($0) }),
      "traces": .array(traces.map { .string($0) }),
    ]
  }

  private func counts(_ part: (ac_counts) -> Int) -> JSON {
    .array([.integer(part(first)), .integer(part(both) - part(first))])
  }

  /// These steps, with the evaluation after each epoch that ends among them.
  private static func train(_ trainer: Trainer, _ steps: Range<Int>) throws {
    for step in steps {
      let record = try trainer.perform(step: step, recordedAt: 0)
      if trainer.endsEpoch(step: step) { _ = try trainer.endEpoch(record.epoch) }
    }
  }

  /// Counts one allocation by the Swift runtime and one by glibc for us: proof that the counter sees.
  private static func countKnownAllocations() -> Int {
    let before = ac_read().own
    ac_switch(true)
    let object = Known(text: strdup("allocation-worker"))
    ac_switch(false)
    known.append(object)
    return ac_read().own - before
  }

  private static func trace(_ index: Int) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 700) { text in
      ac_describe_trace(Int32(index), text.baseAddress, text.count)
      return text.baseAddress.map { String(cString: $0) } ?? ""
    }
  }

  /// Bytes of this process that are in memory now.
  private static func residentBytes() -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
  }
}
