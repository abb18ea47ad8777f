public import PartitaFiles
internal import PartitaGraph
internal import PartitaKeys

extension TraceFile {
  /// Reads the traces that a file holds, as `write` has written them; of the messages those that carry a
  /// microbatch's values.
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

  /// The traces that they are of; of the messages those that carry a microbatch's values.
  package var traces: [(name: String, trace: Trace)] {
    get throws(ForeignSpanError) {
      var names: [Int: String] = [:]
      var rows: [Int: [Int: (name: String, spans: [Trace.Span])]] = [:]
      var leaving: [Int: Event] = [:]
      var messages: [Int: [Trace.Message]] = [:]
      for event in traceEvents {
        let row = event.tid ?? 0
        switch (event.ph, event.name) {
        case ("M", "process_name"): names[event.pid] = event.args?.name
        case ("M", "thread_name"):
          rows[event.pid, default: [:]][row, default: ("", [])].name = event.args?.name ?? ""
        case ("X", _):
          rows[event.pid, default: [:]][row, default: ("", [])].spans.append(try event.span)
        case ("s", _): if let id = event.id { leaving[id] = event }
        case ("f", _):
          guard let start = event.id.flatMap({ leaving[$0] }), start.pid == event.pid,
            let message = event.message(from: start)
          else { continue }
          messages[event.pid, default: []].append(message)
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
            }, messages: messages[process] ?? [])
        )
      }
    }
  }

  private struct Event: Decodable {
    struct Arguments: Decodable {
      let name: String?
      let bytes: Int?
    }
    let name, ph: String
    let pid: Int
    let tid, id: Int?
    let cat: String?
    let ts, dur: Double?
    let args: Arguments?

    var span: Trace.Span {
      get throws(ForeignSpanError) {
        // Microseconds of 31 years either way: a drawing of them has coordinates.
        guard let category = cat.flatMap(Trace.Category.init), let start = ts, let length = dur,
          abs(start) <= 1e15, (0...1e15).contains(length)
        else { throw ForeignSpanError(name: name) }
        let word =
          category == .wait ? name.replacing("wait at ", with: "", maxReplacements: 1) : name
        let action = ComputeAction(word).map(Action.compute)
        return Trace.Span(
          start: start * 1e-6, end: (start + length) * 1e-6, category: category, action: action)
      }
    }

    /// The message whose arrow ends here and began at `start`; nil for other arrows.
    func message(from start: Event) -> Trace.Message? {
      guard let transfer = Transfer(word: name), let from = start.tid, let to = tid,
        let sent = start.ts, let received = ts, abs(sent) <= 1e15, abs(received) <= 1e15
      else { return nil }
      return Trace.Message(
        action: .send(transfer), from: from, to: to, sent: sent * 1e-6, received: received * 1e-6,
        bytes: start.args?.bytes ?? 0)
    }
  }
}

extension Transfer {
  /// Reads what `0SEND_F3>1` says of a microbatch's values; nil for any other word.
  fileprivate init?(word: String) {
    let parts = word.split(separator: "SEND_", maxSplits: 1)
    guard parts.count == 2, let from = Int32(parts[0]), let kind = parts[1].first,
      kind == "F" || kind == "B"
    else { return nil }
    let numbers = parts[1].dropFirst().split(separator: ">").map { Int32($0) }
    guard numbers.count == 2, let microbatch = numbers[0], let to = numbers[1], from >= 0, to >= 0,
      microbatch >= 0
    else { return nil }
    self.init(
      kind == "F" ? .activation : .gradient, from: Int(from), to: Int(to),
      microbatch: Int(microbatch), messages: 0..<0)
  }
}

/// A file of traces holds a span that no rank of ours has.
package struct ForeignSpanError: Error, CustomStringConvertible {
  let name: String

  package var description: String { "'\(name.shortened())' is no span of ours" }
}
