import PartitaFiles
import PartitaReport
import PartitaTraining

/// What a network says of samples as lines, CSV or JSON, one for each answer.
struct AnswerLines {
  /// What the classes are called.
  let classes: [String]
  /// The answers of a sample; of several, each line says which it is.
  let positions: Int
  /// Whether outputs are scores of classes, whose probabilities are told.
  let choosesClasses: Bool
  /// Whether lines are JSON.
  let asJSON: Bool

  /// The first line; none of JSON.
  var header: String? {
    guard !asJSON else { return nil }
    return CSVLine.text(["sample"] + (positions > 1 ? ["position"] : []) + ["class"] + classes)
  }

  /// The line of one answer.
  func line(of outputs: ArraySlice<Float>, sample: String, position: Int) -> String {
    let choice = Choice(outputs)
    let numbers = choosesClasses ? choice.probabilities : outputs.map(Double.init)
    let best = classes[choice.best]
    guard asJSON else {
      let place = positions > 1 ? ["\(position)"] : []
      return CSVLine.text([sample] + place + [best] + numbers.map { "\($0)" })
    }
    let place: [(String, JSON)] = positions > 1 ? [("position", .integer(position))] : []
    let members: [(String, JSON)] =
      [("sample", .string(sample))] + place + [
        ("class", .string(best)),
        ("classes", JSON(members: zip(classes, numbers).map { ($0, .number($1)) })),
      ]
    return "\(JSON(members: members))"
  }
}
