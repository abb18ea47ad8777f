public import PartitaFiles
internal import PartitaKeys

extension TraceFile {
  /// Reads the traces that a file holds, as `write` has written them; arrows are left out.
  /// - Throws: `FileError` for what is no such file.
  public static func read(_ path: String) throws(FileError) -> [(name: String, trace: Trace)] {
    var names: [Int: String] = [:]
    var rows: [Int: [Int: (name: String, spans: [Trace.Span])]] = [:]
    for event in try JSONFile.read(Events.self, from: path).traceEvents {
      let row = event.tid ?? 0
      switch (event.ph, event.name) {
      case ("M", "process_name"): names[event.pid] = event.args?.name
      case ("M", "thread_name"):
        rows[event.pid, default: [:]][row, default: ("", [])].name = event.args?.name ?? ""
      case ("X", _):
        // Microseconds of 31 years either way: a drawing of them has coordinates.
        guard let category = event.cat.flatMap(Trace.Category.init), let start = event.ts,
          let length = event.dur, abs(start) <= 1e15, (0...1e15).contains(length)
        else {
          throw .malformed(path: path, problem: "'\(event.name.shortened())' is no span of ours")
        }
        let action = category == .wait ? nil : ComputeAction(event.name).map(Action.compute)
        rows[event.pid, default: [:]][row, default: ("", [])].spans.append(
          Trace.Span(
            start: start * 1e-6, end: (start + length) * 1e-6, category: category,
            action: action))
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

  private struct Events: Decodable {
    let traceEvents: [Event]
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
  }
}
