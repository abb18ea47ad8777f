internal import PartitaFiles
internal import PartitaGraph

/// Traces as text that Perfetto and Chrome's `about:tracing` show.
///
/// Source: the Trace Event Format (Google, "Trace Event Format", sections "Complete Events" and
/// "Flow Events"). Times there are microseconds; they are written to the nanosecond.
public enum Perfetto {
  /// JSON text: a process for each trace, a row for each rank, a box for each span that takes time,
  /// an arrow for each message.
  ///
  /// An arrow starts in the span that the sender had last been in when the message left, and ends
  /// in the first span that the receiver worked in after it had arrived.
  /// Complexity: O(spans + messages · log spans); the same traces give the same text.
  /// - Parameters:
  ///   - traces: what is shown, with the names of the processes.
  ///   - notes: what else a reader should know; Perfetto shows it among the trace's metadata.
  public static func json(
    _ traces: [(name: String, trace: Trace)], notes: [(key: String, text: String)] = []
  ) -> String {
    var writer = EventWriter()
    for (process, entry) in traces.enumerated() {
      writer.describe(process: process, name: entry.name)
      for (row, rank) in entry.trace.ranks.enumerated() {
        writer.describe(process: process, row: row, name: rank.name)
        for span in rank.spans { writer.add(span, process: process, row: row) }
      }
      let work = entry.trace.ranks.map { rank in
        rank.spans.filter { $0.category != .wait && EventWriter.lasts($0) }
      }
      for message in entry.trace.messages {
        writer.add(message, process: process, sender: work[message.from], reader: work[message.to])
      }
    }
    let all = [(PartitaVersion.key, PartitaVersion.current)] + notes.map { ($0.key, $0.text) }
    let other = JSON(members: all.map { ($0.0, .string($0.1)) })
    return writer.text + "\n],\"otherData\":\(other)}\n"
  }
}

/// Writes events one by one.
private struct EventWriter {
  var text = "{\"displayTimeUnit\":\"ms\",\"traceEvents\":["
  private var isFirst = true
  private var arrows = 0

  /// Nanoseconds: all times are rounded the same way, so that boxes that touch still do.
  static func nanoseconds(_ seconds: Double) -> Int {
    // Half of the range, for lengths are differences.
    min(max(Int(clamping: (seconds * 1e9).rounded()), .min / 2), .max / 2)
  }

  static func lasts(_ span: Trace.Span) -> Bool { nanoseconds(span.end) > nanoseconds(span.start) }

  mutating func describe(process: Int, name: String) {
    event("process_name", "M", process: process)
    text += ",\"args\":{\"name\":\(JSON.string(name))}}"
  }

  mutating func describe(process: Int, row: Int, name: String) {
    event("thread_name", "M", process: process, row: row)
    text += ",\"args\":{\"name\":\(JSON.string(name))}}"
    event("thread_sort_index", "M", process: process, row: row)
    text += ",\"args\":{\"sort_index\":\(row)}}"
  }

  mutating func add(_ span: Trace.Span, process: Int, row: Int) {
    guard Self.lasts(span) else { return }
    let start = Self.nanoseconds(span.start)
    event(span.label, "X", process: process, row: row)
    text += ",\"cat\":\"\(span.category.rawValue)\",\"ts\":\(microseconds(start))"
    text += ",\"dur\":\(microseconds(Self.nanoseconds(span.end) - start))}"
  }

  mutating func add(
    _ message: Trace.Message, process: Int, sender: [Trace.Span], reader: [Trace.Span]
  ) {
    // The last box that had begun when it left, and the first one that ends after it came.
    let sent = Self.nanoseconds(message.sent)
    let received = Self.nanoseconds(message.received)
    let before = sender.count(whileTrue: { Self.nanoseconds($0.start) < sent }) - 1
    let after = reader.count(whileTrue: { Self.nanoseconds($0.end) <= received })
    guard before >= 0, after < reader.count else { return }
    let (origin, target) = (sender[before], reader[after])
    event(message.action.description, "s", process: process, row: message.from)
    let start = min(sent, Self.nanoseconds(origin.end) - 1)
    text += ",\"cat\":\"message\",\"id\":\(arrows),\"ts\":\(microseconds(start))"
    text += ",\"args\":{\"bytes\":\(message.bytes)}}"
    event(message.action.description, "f", process: process, row: message.to)
    let end = max(received, Self.nanoseconds(target.start))
    text += ",\"cat\":\"message\",\"id\":\(arrows),\"bp\":\"e\",\"ts\":\(microseconds(end))}"
    arrows += 1
  }

  private mutating func event(_ name: String, _ kind: String, process: Int, row: Int? = nil) {
    text += isFirst ? "\n" : ",\n"
    isFirst = false
    text += "{\"name\":\(JSON.string(name)),\"ph\":\"\(kind)\",\"pid\":\(process)"
    if let row { text += ",\"tid\":\(row)" }
  }

  private func microseconds(_ nanoseconds: Int) -> String {
    let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1000)
    guard rest != 0 else { return "\(whole)" }
    let digits = "\(abs(rest))"
    return "\(whole).\(String(repeating: "0", count: 3 - digits.count))\(digits)"
  }
}

extension [Trace.Span] {
  /// How many of the first spans hold a property that holds for all up to some point.
  fileprivate func count(whileTrue holds: (Trace.Span) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
