import PartitaData
import Testing

/// What a network's input was before the training scaled it, by the notes that a run keeps.
@Suite struct RawInputTests {
  private func input(_ notes: [String: String]) throws -> RawInput {
    try RawInput(notes: notes, file: "weights.safetensors")
  }

  /// (x / white - mean) / deviation is (x - mean·white) / (deviation·white), of each channel.
  @Test func pixels() throws {
    let plain = try input(["normalisation": #"{"white":16}"#])
    #expect(plain.shift == [0] && plain.divisor == [16])
    #expect(plain.words == "pixels as bytes have them, numbers from 0 to 255")
    let gray = try input(["normalisation": #"{"white":255,"mean":0.5,"deviation":0.25}"#])
    #expect(gray.shift == [127.5] && gray.divisor == [63.75])
    let colours = try input(
      ["normalisation": #"{"white":2,"mean":[0.5,1],"deviation":[0.25,2]}"#])
    #expect(colours.shift == [1, 2] && colours.divisor == [0.5, 4])
  }

  @Test func arraysAndTexts() throws {
    let scaled = try input(["normalisation": #"{"scale":4,"mean":3,"deviation":2}"#])
    #expect(scaled.shift == [12] && scaled.divisor == [8])
    #expect(scaled.words == "numbers as the arrays have them")
    let text = try input(["vocabulary": "[97,98]", "classes": "2"])
    #expect(text.shift == [0] && text.divisor == [1] && text.words.contains("vocabulary"))
    #expect(try input([:]).words == "numbers as the data set gives them")
  }

  /// A column of numbers has one value, a column of names one for each.
  @Test func tables() throws {
    let encoding = TableEncoding([
      TableEncoding.Column("height", .number(mean: 3, deviation: 0.5)),
      TableEncoding.Column("colour", .categories(["red", "white"])),
    ])
    let row = try input(["columns": "\(encoding.json)"])
    #expect(row.shift == [3, 0, 0] && row.divisor == [0.5, 1, 1])
    #expect(row.words.hasSuffix("height, colour is red, colour is white"))
  }

  @Test(arguments: ["{", #"{"white":"x"}"#, "[]"]) func foreignNotes(_ note: String) throws {
    let error = #expect(throws: DataError.self) { try input(["normalisation": note]) }
    #expect(error?.description.hasPrefix("weights.safetensors: its notes") ?? false)
  }
}
