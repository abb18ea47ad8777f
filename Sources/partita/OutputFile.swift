import ArgumentParser
import PartitaFiles

/// Where the text of a file goes: to a path, or by `-` to standard output, which then holds nothing
/// else.
struct OutputFile: ExpressibleByArgument, Hashable {
  /// What the help says of every option that takes one.
  static let dash = "; - is standard output, and all words go to standard error then."

  let path: String

  init(_ path: String) { self.path = path }

  init(argument: String) { self.init(argument) }

  var isStandardOutput: Bool { path == "-" }

  /// The place as people call it.
  var words: String { isStandardOutput ? "standard output" : path }

  /// Writes the text; a file appears whole or not at all.
  func write(_ text: String) throws(FileError) {
    guard isStandardOutput else { return try AtomicText.write(text, to: path) }
    Console.emit(text)
  }

  /// Writes a value as JSON.
  func write(_ value: some Encodable, _ layout: JSON.Layout) throws {
    guard isStandardOutput else { return try JSONFile.write(value, layout, to: path) }
    Console.emit(try JSON.text(of: value, layout))
  }
}

extension ParsableArguments {
  /// Refuses what can't have standard output together.
  /// - Parameters:
  ///   - files: those of a command, with their options.
  ///   - json: whether the command itself prints JSON there.
  func checkOutputs(_ files: KeyValuePairs<String, OutputFile?>, json: Bool = false) throws {
    let wanting =
      files.filter { $0.value?.isStandardOutput ?? false }.map { "\($0.key) -" }
      + (json ? ["--json"] : [])
    if wanting.count > 1 {
      throw ValidationError(
        "\(wanting.joined(separator: " and ")) each want standard output for themselves: give a file"
      )
    }
  }

  /// Leaves standard output to the file that is to be there, if one is.
  func lendOutput(to files: OutputFile?...) {
    if files.contains(where: { $0?.isStandardOutput ?? false }) { Console.lendOutput() }
  }

  /// Refuses standard output where a folder is wanted.
  func checkFolder(_ path: String?, files: String) throws {
    guard path == "-" else { return }
    throw ValidationError(
      "--output takes a folder, for \(files): - is standard output, which is one file; give a name "
        + "such as ./report")
  }
}
