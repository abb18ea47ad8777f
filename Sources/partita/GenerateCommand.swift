import ArgumentParser
import PartitaData
import PartitaFiles
import PartitaTraining

/// `partita generate`.
struct GenerateCommand: RankCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Goes on with a text, character by character, as a trained network would.",
    discussion: """
      Reads config.yaml and weights.safetensors of the folder of a run that was trained on text. The \
      same seed gives the same text, whatever the number of ranks. The network sees the last \
      characters, as many as its context holds.
      """)

  @OptionGroup var run: RunOptions

  @OptionGroup var start: RankOptions

  @Option(parsing: .unconditional, help: "The text to go on with.")
  var prompt: String

  @Option(help: "The number of characters to add.")
  var length = 200

  @Option(
    help: ArgumentHelp(
      "Divides the outputs before one is drawn: 1 is what the network says, less is bolder, 0 always "
        + "takes the most probable."))
  var temperature = 1.0

  @Option(help: "What the drawing comes of (default: 0).")
  var seed: UInt64?

  @Flag(help: "Prints one line of JSON.")
  var json = false

  mutating func validate() throws {
    if prompt.isEmpty { throw ValidationError("--prompt takes a text of at least one character") }
    if length < 1 { throw ValidationError("--length takes a number above 0, not \(length)") }
    if !(temperature.isFinite && temperature >= 0) {
      throw ValidationError("--temperature takes a number from 0 on, not \(temperature)")
    }
    if temperature == 0, seed != nil {
      throw ValidationError("--temperature 0 draws nothing: --seed goes with one above 0")
    }
  }

  var ranksToStart: Int? { start.ranks }

  func run(on session: RankSession) throws {
    let (trained, vocabulary, tokens) = try session.prepare {
      let trained = try run.load()
      let vocabulary = try Vocabulary(trained)
      return (trained, vocabulary, try vocabulary.tokens(of: prompt))
    }
    let window = TextWindow()
    let asked = try AskedRun(
      trained, overrides: run.overrides, session,
      describe: { try window.describe($0, classes: vocabulary.count) },
      load: { try window.dataset($0, classes: vocabulary.count) })
    let speaks = session.speaks && !json
    try session.perform {
      if speaks { Console.show(prompt) }
      var writer = TextWriter(asked.predictor, window, tokens: tokens, seed: seed ?? 0)
      var text = prompt
      for _ in 0..<length {
        let character = vocabulary.character(try writer.next(temperature: temperature))
        text.unicodeScalars.append(character)
        if speaks { Console.show(String(character)) }
      }
      if speaks { Console.print("") }
      if session.speaks, json {
        let line: JSON = ["prompt": .string(prompt), "text": .string(text)]
        Console.print("\(line)")
      }
    }
    try session.finish()
  }
}
