/// The seconds of one timed step; of what is done for each microbatch, the mean over them.
package struct StepSeconds {
  /// By list, in the order of the cut's pieces.
  package var pieces: [Double]
  /// By layer.
  package var fill, addition, update, finish: [Double]
  /// The exchange of scalars, and what every rank computes from them.
  package var exchange = 0.0
  package var objective = 0.0
  /// A list without a kernel: what is timed of it is the timing itself.
  package var timing = 0.0

  init(pieces: Int, layers: Int) {
    self.pieces = Array(repeating: 0, count: pieces)
    fill = Array(repeating: 0, count: layers)
    (addition, update, finish) = (fill, fill, fill)
  }

  /// What happens for each microbatch, and each addition, as the mean of the step.
  func divided(microbatches: Int, groups: Int) -> StepSeconds {
    var result = self
    result.pieces = pieces.map { $0 / Double(microbatches) }
    result.fill = fill.map { $0 / Double(microbatches) }
    result.timing = timing / Double(microbatches)
    result.addition = addition.map { $0 / Double(max(1, groups - 1)) }
    return result
  }

  /// All numbers in one row.
  package var row: [Double] {
    pieces + fill + addition + update + finish + [exchange, objective, timing]
  }

  /// Reads a row of a step with this shape.
  package init(row: ArraySlice<Double>, pieces: Int, layers: Int) {
    var rest = row
    func take(_ count: Int) -> [Double] {
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
    self.pieces = take(pieces)
    fill = take(layers)
    addition = take(layers)
    update = take(layers)
    finish = take(layers)
    exchange = take(1)[0]
    objective = take(1)[0]
    timing = take(1)[0]
  }
}
