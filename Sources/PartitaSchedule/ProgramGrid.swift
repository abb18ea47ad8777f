internal import PartitaGraph
internal import PartitaPlan

/// The pictures of a program in text.
extension Program {
  /// A row for each rank, a column for each slot of time: when every action takes place if F takes
  /// one slot, I and W one each, B two, and messages nothing.
  ///
  /// Complexity: O(actions + messages).
  public var grid: String {
    let starts = startSlots()
    var width = 1
    for rank in ranks {
      for action in rank.computeActions { width = max(width, "\(action)".count) }
    }
    var lines: [String] = []
    for (index, rank) in ranks.enumerated() {
      var cells: [String] = []
      for action in rank.computeActions {
        let start = starts[index]?[action] ?? cells.count
        while cells.count < start { cells.append(".") }
        cells.append("\(action)")
        for _ in 1..<action.phase.slots { cells.append("-") }
      }
      lines.append(row(index, cells, width: width))
    }
    return lines.joined(separator: "\n")
  }

  /// Every rank's whole program, communication included, a line for each rank.
  public var listing: String {
    ranks.indices.map { index in
      let words = ranks[index].actions.map(\.description).joined(separator: " ")
      return "\(heading(index))  \(words)"
    }.joined(separator: "\n")
  }

  private func heading(_ rank: Int) -> String {
    "rank \(rank) (stage \(ranks[rank].stage), replica \(ranks[rank].replica))"
  }

  private func row(_ rank: Int, _ cells: [String], width: Int) -> String {
    let padded = cells.map { $0 + String(repeating: " ", count: width - $0.count) }
    var line = "\(heading(rank))  " + padded.joined(separator: " ")
    while line.hasSuffix(" ") { line.removeLast() }
    return line
  }

  /// The first slot of every compute action: as soon as its rank is free and its operands are there.
  private func startSlots() -> [Int: [ComputeAction: Int]] {
    // What an action reads: actions of other stages on the same microbatch.
    var sources: [Edge.Kind: [Int: [Int]]] = [.activation: [:], .gradient: [:]]
    for edge in staged.edges { sources[edge.kind]?[edge.to, default: []].append(edge.from) }

    var ends: [ComputeAction: Int] = [:]
    var starts: [Int: [ComputeAction: Int]] = [:]
    var next = Array(repeating: 0, count: ranks.count)
    var free = next
    let actions = ranks.map(\.computeActions)
    var isMoving = true
    while isMoving {
      isMoving = false
      for rank in ranks.indices {
        while next[rank] < actions[rank].count {
          let action = actions[rank][next[rank]]
          let kind: Edge.Kind = action.phase == .forward ? .activation : .gradient
          let upstream = action.phase == .weightGradient ? [] : sources[kind]?[action.stage] ?? []
          let operands = upstream.map { stage in
            [action.phase, .backward, .inputGradient].compactMap {
              ends[ComputeAction(stage: stage, $0, microbatch: action.microbatch)]
            }.first
          }
          guard !operands.contains(nil) else { break }
          let start = max(free[rank], operands.compactMap { $0 }.max() ?? 0)
          starts[rank, default: [:]][action] = start
          free[rank] = start + action.phase.slots
          ends[action] = free[rank]
          next[rank] += 1
          isMoving = true
        }
      }
    }
    return starts
  }
}

extension Phase {
  /// Slots of time in a grid.
  fileprivate var slots: Int { self == .backward ? 2 : 1 }
}

extension RankProgram {
  /// The actions that compute, in order.
  public var computeActions: [ComputeAction] {
    actions.compactMap { if case .compute(let action) = $0 { action } else { nil } }
  }
}
