/// The seconds of one timed step; of what is done for each microbatch, the mean over them.
struct StepSeconds {
  /// By list, in the order of the cut's pieces.
  var pieces: [Double]
  /// By layer.
  var fill, addition, update, finish: [Double]
  var exchange = 0.0
  var objective = 0.0

  init(pieces: Int, layers: Int) {
    self.pieces = Array(repeating: 0, count: pieces)
    fill = Array(repeating: 0, count: layers)
    (addition, update, finish) = (fill, fill, fill)
  }

  /// The mean over microbatches of what each of them does, all without the seconds that timing an
  /// empty list takes.
  func perMicrobatch(_ count: Int, groups: Int, timing: Double) -> StepSeconds {
    var result = self
    result.pieces = pieces.map { max(0, $0 / Double(count) - timing) }
    result.fill = fill.map { max(0, $0 / Double(count) - timing) }
    result.addition = addition.map { max(0, $0 - timing) / Double(max(1, groups - 1)) }
    result.update = update.map { max(0, $0 - timing) }
    result.finish = finish.map { max(0, $0 - timing) }
    result.objective = max(0, objective - timing)
    return result
  }

  /// All numbers in one row.
  var row: [Double] { pieces + fill + addition + update + finish + [exchange, objective] }

  /// Reads a row of a step with this shape.
  init(row: ArraySlice<Double>, pieces: Int, layers: Int) {
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
  }
}
