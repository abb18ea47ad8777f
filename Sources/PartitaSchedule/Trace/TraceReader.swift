public import PartitaFiles
internal import PartitaKeys

extension TraceFile {
  /// Reads the traces that a file holds, as `write` has written them; arrows are left out.
  /// - Throws: `FileError` for what is no such file.
  public static func read(_ path: String) throws(FileError) -> [(name: String, trace: Trace)] {
    let events = try JSONFile.read(TraceEvents.self, from: path)
    do throws(ForeignSpanError) { return try events.traces } catch {
      throw .malformed(path: path, problem: error.description)
    }
  }
}

/// The events that traces are written as, see ``Perfetto``.
package struct TraceEvents: Decodable {
  private let traceEvents: [Event]

  /// The traces that they are of; arrows are left out.
  package var traces: [(name: String, trace: Trace)] {
    get throws(ForeignSpanError) {
      var names: [Int: String] = [:]
      var rows: [Int: [Int: (name: String, spans: [Trace.Span])]] = [:]
      for event in traceEvents {
        let row = event.tid ?? 0
        switch (event.ph, event.name) {
        case ("M", "process_name"): names[event.pid] = event.args?.name
        case ("M", "thread_name"):
          rows[event.pid, default: [:]][row, default: ("", [])].name = event.args?.name ?? ""
        case ("X", _):
          rows[event.pid, default: [:]][row, default: ("", [])].spans.append(try event.span)
        default: continue
        }
      }
      return rows.keys.sorted().map { process in
        let ranks = rows[process] ?? [:]
        return (
          names[process] ?? "",
          Trace(
            ranks: ranks.keys.sorted().compactMap { row in
              ranks[row].map { Trace.Rank(name: $0.name, spans: $0.spans) }
            }, messages: [])
        )
      }
    }
  }

  private struct Event: Decodable {
    struct Arguments: Decodable {
      let name: String?
    }
    let name, ph: String
    let pid: Int
    let tid: Int?
    let cat: String?
    let ts, dur: Double?
    let args: Arguments?

    var span: Trace.Span {
      get throws(ForeignSpanError) {
        // Microseconds of 31 years either way: a drawing of them has coordinates.
        guard let category = cat.flatMap(Trace.Category.init), let start = ts, let length = dur,
          abs(start) <= 1e15, (0...1e15).contains(length)
        else { throw ForeignSpanError(name: name) }
        let action = category == .wait ? nil : ComputeAction(name).map(Action.compute)
        return Trace.Span(
          start: start * 1e-6, end: (start + length) * 1e-6, category: category, action: action)
      }
    }
  }
}

/// A file of traces holds a span that no rank of ours has.
package struct ForeignSpanError: Error, CustomStringConvertible {
  let name: String

  package var description: String { "'\(name.shortened())' is no span of ours" }
}
