internal import Foundation
public import PartitaFiles

/// A program's file, `*.program.json`.
public enum ProgramFile {
  /// Writes a program; the file appears whole or not at all.
  public static func write(_ program: Program, to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try AtomicText.write(
      String(decoding: try encoder.encode(program), as: UTF8.self) + "\n", to: path)
  }

  /// Reads a program; it is not proved yet.
  /// - Throws: `FileError` with the path, the place and what would fit.
  public static func read(_ path: String) throws(FileError) -> Program {
    let bytes = try readFile(path)
    do {
      return try JSONDecoder().decode(Program.self, from: Data(bytes))
    } catch {
      throw .malformed(path: path, problem: decodingWords(error, in: bytes))
    }
  }
}
