public import PartitaSchedule

/// What the memory of a rank is for, for people: training beside prediction.
public struct MemoryText {
  private let training: MemoryAccount?
  private let prediction: MemoryAccount
  private let columns: Int
  private var own: MemoryAccount { training ?? prediction }

  /// - Parameters:
  ///   - training: the account of a rank that trains; nil where prediction alone is wanted.
  ///   - prediction: the account of the same rank when it predicts.
  ///   - columns: the width that bars may take.
  public init(training: MemoryAccount?, prediction: MemoryAccount, columns: Int = 80) {
    self.training = training
    self.prediction = prediction
    self.columns = columns
  }

  /// Everything but the single arrays.
  public var lines: [String] { headline + [""] + totals + [""] + peak + [""] + bars + remarks }

  private var headline: [String] {
    guard let training else {
      return ["rank \(own.rank): \(words(prediction.arenaBytes)) to predict"]
    }
    let ratio = Double(training.arenaBytes) / Double(max(1, prediction.arenaBytes))
    return [
      "rank \(own.rank): \(words(training.arenaBytes)) to train, "
        + "\(words(prediction.arenaBytes)) to predict: \(NumberText.fixed(ratio, 1)) times as much"
    ]
  }

  private var accounts: [MemoryAccount] { [training, prediction].compactMap { $0 } }

  /// A line for each kind of memory.
  private var totals: [String] { lines(of: totalsTable) }

  /// A row for each kind of memory.
  var totalsTable: Table {
    var table = Table(["bytes"] + (training == nil ? [] : ["training"]) + ["prediction"])
    func add(_ name: String, _ value: (MemoryAccount) -> Int) {
      table.add([name] + accounts.map { NumberText.count(value($0)) })
    }
    for kind in MemoryAccount.Kind.allCases {
      add(kind.rawValue) { $0.bytes(kind) }
    }
    add("gaps before pages") { $0.gaps }
    if accounts.contains(where: { $0.arenaBytes != $0.programBytes }) {
      add("for other programs") { $0.arenaBytes - $0.programBytes }
    }
    add("arena") { $0.arenaBytes }
    add("most in use at once") { $0.live.peakBytes }
    return table
  }

  /// The peak and what is in use there.
  private var peak: [String] {
    let live = own.live
    guard live.actions.indices.contains(live.peak) else { return [] }
    var lines = [
      "most is in use at \(live.actions[live.peak]), action \(live.peak + 1) of "
        + "\(live.actions.count): \(words(live.peakBytes))"
    ]
    let shown = 8
    for share in live.atPeak.prefix(shown) {
      let copies = share.copies > 1 ? ", \(share.copies) copies" : ""
      let layer = share.layer.map { " (\($0))" } ?? ""
      lines.append(
        "  \(words(share.bytes)): \(share.name)\(layer), \(share.kind.rawValue)\(copies)")
    }
    let rest = live.atPeak.dropFirst(shown)
    if !rest.isEmpty {
      lines.append("  \(words(rest.reduce(0) { $0 + $1.bytes })): \(rest.count) more")
    }
    return lines
  }

  /// A row for all that is in use at the peak.
  var peakTable: Table {
    var table = Table(["value", "layer", "for", "copies", "bytes"], wordColumns: 3)
    for share in own.live.atPeak {
      table.add([
        share.name, share.layer, share.kind.rawValue, "\(share.copies)",
        NumberText.count(share.bytes),
      ])
    }
    return table
  }

  /// A bar for each action; of many actions the highest of neighbours.
  private var bars: [String] {
    let live = own.live
    let rows = 24
    let size = max(1, (live.actions.count + rows - 1) / rows)
    let most = max(1, live.peakBytes)
    let width = max(10, columns - 42)
    var lines = ["in use after each action" + (size > 1 ? ", the most of \(size) each" : "") + ":"]
    var first = 0
    while first < live.actions.count {
      let part = first..<min(first + size, live.actions.count)
      let place = part.max { live.total($0) < live.total($1) } ?? first
      let bytes = live.total(place)
      lines.append(
        "  " + String(live.actions[place].prefix(18)).padded(to: 20)
          + NumberText.count(bytes).leftPadded(to: 15) + "  "
          + String(
            repeating: "#", count: Int((Double(bytes) / Double(most) * Double(width)).rounded())))
      first += size
    }
    return lines
  }

  private var remarks: [String] {
    own.knowsWorkspace
      ? [] : ["", "What kernels need for themselves isn't known: this network is on paper."]
  }

  /// A line for each array; the largest first.
  public var tensorLines: [String] { lines(of: tensorTable) }

  /// A row for each array; the largest first.
  var tensorTable: Table {
    var table = Table(["array", "layer", "for", "bytes", "copies", "kept for"], wordColumns: 3)
    let sorted = own.tensors.enumerated().sorted {
      ($1.element.total, $0.offset) < ($0.element.total, $1.offset)
    }
    for (_, tensor) in sorted {
      table.add([
        tensor.name, tensor.layer, tensor.kind.rawValue, NumberText.count(tensor.bytes),
        "\(tensor.copies)", tensor.kind == .kept ? tensor.readers.joined(separator: ", ") : nil,
      ])
    }
    return table
  }

  private func words(_ bytes: Int) -> String {
    bytes < 1024
      ? "\(bytes) bytes" : "\(NumberText.count(bytes)) bytes (\(NumberText.bytes(bytes)))"
  }

  private func lines(of table: Table) -> [String] {
    table.text.split(separator: "\n").map(String.init)
  }
}

extension String {
  /// With blanks before it, up to a width.
  fileprivate func leftPadded(to width: Int) -> String {
    String(repeating: " ", count: Swift.max(0, width - count)) + self
  }
}
