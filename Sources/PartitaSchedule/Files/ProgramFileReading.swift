public import PartitaFiles

/// A program's file, `*.program.json`.
public enum ProgramFile {
  /// All in one line: a program is long.
  package static let layout = JSON.Layout.line

  /// Writes a program; the file appears whole or not at all.
  /// - Throws: `FileError` where the file can't be written.
  public static func write(_ program: Program, to path: String) throws(FileError) {
    try JSONFile.write(program, layout, to: path)
  }

  /// Reads a program; it is not proved yet.
  /// - Throws: `FileError` with the path, the place and what would fit.
  public static func read(_ path: String) throws(FileError) -> Program {
    try JSONFile.read(Program.self, from: path)
  }
}
