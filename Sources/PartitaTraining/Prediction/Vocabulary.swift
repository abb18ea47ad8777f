public import PartitaFiles

/// The characters that a network was trained on, by their numbers.
public struct Vocabulary: Sendable {
  private let characters: [Unicode.Scalar]
  private let numbers: [Unicode.Scalar: Int32]

  /// The number of characters.
  public var count: Int { characters.count }

  /// Reads that of a run.
  /// - Throws: `FileError.malformed` where the run's network doesn't go on with text.
  public init(_ run: TrainedRun) throws(FileError) {
    guard let note = run.notes[Self.note] else {
      throw .malformed(
        path: run.weights, problem: "this network wasn't trained on text: it has no vocabulary")
    }
    guard let characters = Self.characters(note) else {
      throw .malformed(path: run.weights, problem: "its vocabulary is no list of characters")
    }
    self.characters = characters
    numbers = Dictionary(zip(characters, Int32(0)...)) { first, _ in first }
  }

  /// What the weights' file calls it.
  static let note = "vocabulary"

  /// The characters of a note; nil where it holds something else.
  static func characters(_ note: String) -> [Unicode.Scalar]? {
    guard let codes = try? JSON.value([UInt32].self, from: note.utf8), !codes.isEmpty else {
      return nil
    }
    let characters = codes.compactMap { Unicode.Scalar($0) }
    return characters.count == codes.count ? characters : nil
  }

  /// The numbers of a text's characters.
  /// - Throws: `UnknownCharacter` for the first that the network doesn't know.
  public func tokens(of text: String) throws(UnknownCharacter) -> [Int32] {
    var tokens: [Int32] = []
    for (place, character) in text.unicodeScalars.enumerated() {
      guard let number = numbers[character] else {
        throw UnknownCharacter(character: character, place: place + 1, known: count)
      }
      tokens.append(number)
    }
    return tokens
  }

  /// The character of a number.
  public func character(_ token: Int) -> Unicode.Scalar { characters[token] }
}

/// A character that a network wasn't trained on.
public struct UnknownCharacter: Error, Hashable, Sendable, CustomStringConvertible {
  /// The character.
  public let character: Unicode.Scalar
  /// Its place in the text, counted from 1.
  public let place: Int
  /// How many the network knows.
  let known: Int

  /// The error in a sentence.
  public var description: String {
    "character \(place) of the text, \(character.debugDescription), is none of the \(known) that the "
      + "network was trained on"
  }
}
