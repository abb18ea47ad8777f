internal import PartitaFiles
internal import PartitaKeys

/// What a sample is before the training scaled it: the numbers that files have, and what became of them.
///
/// A network reads (x - shift) / divisor of each number x.
public struct RawInput: Hashable, Sendable {
  /// What is subtracted: one number for all elements, or one for each entry of a sample's first axis.
  public let shift: [Double]
  /// What is divided by then, likewise.
  public let divisor: [Double]
  /// What the numbers mean, in a sentence's part.
  public let words: String

  /// Reads what the training noted of how inputs were made (``Dataset/notes``).
  /// - Throws: `DataError.malformed` for a note that isn't Partita's own; `file` is what it calls it.
  public init(notes: [String: String], file: String) throws(DataError) {
    do {
      if let text = notes["columns"] {
        self.init(try TableEncoding(json: text, source: file))
      } else if let text = notes["normalisation"] {
        self.init(try JSON.value(Scaling.self, from: text.utf8))
      } else {
        let isText = notes["vocabulary"] != nil
        self.init(
          shift: [0], divisor: [1],
          words: isText
            ? "numbers of characters, by their places in the vocabulary"
            : "numbers as the data set gives them")
      }
    } catch {
      throw .malformed(
        file: file, problem: "its notes of how inputs were made aren't Partita's own")
    }
  }

  /// Values of a table's row: a number as it is, a name as ones and zeros.
  private init(_ encoding: TableEncoding) {
    var (shift, divisor, values) = ([Double](), [Double](), [String]())
    for column in encoding.columns {
      switch column.kind {
      case .number(let mean, let deviation):
        shift.append(mean)
        divisor.append(deviation)
        values.append(column.name)
      case .categories(let names):
        shift += names.map { _ in 0 }
        divisor += names.map { _ in 1 }
        values += names.map { "\(column.name) is \($0)" }
      }
    }
    self.init(
      shift: shift.allSatisfy { $0 == 0 } ? [0] : shift,
      divisor: divisor.allSatisfy { $0 == 1 } ? [1] : divisor,
      words:
        "a row: numbers as they are, 1 or 0 for a name that is there or not: \(values.listed())")
  }

  /// Numbers that were divided by `white` or `scale`, and then perhaps normalised.
  private init(_ scaling: Scaling) {
    let scale = scaling.white ?? scaling.scale ?? 1
    let means = scaling.mean?.all ?? [0]
    let deviations = scaling.deviation?.all ?? [1]
    self.init(
      shift: means.map { $0 * scale }, divisor: deviations.map { $0 * scale },
      words: scaling.white == nil
        ? "numbers as the arrays have them" : "pixels as bytes have them, numbers from 0 to 255")
  }

  private init(shift: [Double], divisor: [Double], words: String) {
    self.shift = shift
    self.divisor = divisor
    self.words = words
  }

  /// The note of how numbers were scaled.
  private struct Scaling: Decodable {
    let white, scale: Double?
    let mean, deviation: ChannelNumbers?
  }
}
