extension PipedreamInput {
  /// Reads `graph.txt`, as PipeDream's profiler writes it: a line for each node,
  ///
  ///     node7 -- LSTM(2048, 1024) -- forward_compute_time=3.190, backward_compute_time=5.348,
  ///       activation_size=[6291456.0; 131072.0], parameter_size=50364416.000 -- stage_id=1
  ///
  /// (on one line; the stage is optional and left alone), and an indented line for each edge,
  /// `from -- to`. Times are milliseconds, sizes bytes, those of several outputs are added up.
  /// - Throws: `WorkloadError` with the number of the line.
  init(text: String) throws(WorkloadError) {
    var (lastNode, lastLine) = ("", 0)
    var touched: Set<Substring> = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      guard line.contains(where: { !$0.isWhitespace }) else { continue }
      let place = "line \(index + 1)"
      if line.first?.isWhitespace == true {
        let ends = line.pieces(between: " -- ")
        guard ends.count == 2, !ends[0].isEmpty, !ends[1].isEmpty else {
          throw .invalid(
            place: place, problem: "expected an edge, 'from -- to', found '\(line.trimmed)'")
        }
        touched.formUnion(ends)
        graph.add(edgeFrom: String(ends[0]), to: String(ends[1]), bytes: 0, place: place)
      } else {
        (lastNode, lastLine) = (try readNode(line, place: place), index + 1)
      }
    }
    // An edge to nowhere says more than what follows.
    _ = try graph.numberedEdges()
    // PipeDream writes the edges last, in the order of the nodes: a file that was cut off between
    // two lines has no edge of its last node.
    guard nodes.count < 2 || touched.contains(lastNode[...]) else {
      throw .invalid(
        place: "line \(lastLine)",
        problem: "node '\(lastNode)' has no edge when the file ends: is the file complete?")
    }
  }

  private mutating func readNode(
    _ line: Substring, place: String
  ) throws(WorkloadError) -> String {
    var pieces = line.pieces(between: " -- ")
    if pieces.count > 3, pieces[pieces.count - 1].hasPrefix("stage_id=") { pieces.removeLast() }
    guard pieces.count >= 3, !pieces[0].isEmpty, let costs = pieces.last,
      costs.contains("=")
    else {
      throw .invalid(
        place: place,
        problem: "expected a node, 'id -- description -- forward_compute_time=..., "
          + "backward_compute_time=..., activation_size=..., parameter_size=...', found "
          + "'\(line.trimmed.prefix(60))'")
    }
    let id = String(pieces[0])
    let whose = "\(place), node '\(id)'"
    var values: [Substring: Double] = [:]
    for pair in costs.split(separator: ",") {
      let sides = pair.split(separator: "=", maxSplits: 1)
      guard sides.count == 2 else {
        throw .invalid(place: whose, problem: "expected 'key=value', found '\(pair.trimmed)'")
      }
      values[sides[0].trimmed] = try Self.amount(sides[1].trimmed, of: sides[0].trimmed, whose)
    }
    func value(_ key: Substring) throws(WorkloadError) -> Double {
      guard let value = values[key] else {
        throw .invalid(
          place: whose, problem: "\(key) is missing, expected a finite number of at least 0")
      }
      return value
    }
    try graph.add(node: id)
    nodes.append(
      Node(
        description: pieces[1..<pieces.count - 1].joined(separator: " -- "),
        forward: try value("forward_compute_time"), backward: try value("backward_compute_time"),
        activation: try value("activation_size"), parameters: try value("parameter_size")))
    return id
  }

  /// A number, or the sum of `[a; b]`.
  private static func amount(
    _ text: Substring, of key: Substring, _ place: String
  ) throws(WorkloadError) -> Double {
    var items = [text]
    if text.hasPrefix("["), text.hasSuffix("]") {
      items = text.dropFirst().dropLast().split(separator: ";")
    }
    var sum = 0.0
    for item in items {
      guard let number = Double(item.trimmed), number.isFinite, number >= 0 else {
        throw .invalid(
          place: place, problem: "\(key) is '\(text)', expected a finite number of at least 0")
      }
      sum += number
    }
    return sum
  }
}

extension Substring {
  /// Without blanks at both ends.
  fileprivate var trimmed: Substring {
    guard let first = firstIndex(where: { !$0.isWhitespace }),
      let last = lastIndex(where: { !$0.isWhitespace })
    else { return prefix(0) }
    return self[first...last]
  }

  /// What stands between separators, without blanks at both ends.
  fileprivate func pieces(between separator: String) -> [Substring] {
    split(separator: separator, omittingEmptySubsequences: false).map(\.trimmed)
  }
}
