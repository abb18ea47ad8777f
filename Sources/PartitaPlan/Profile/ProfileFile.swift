public import PartitaFiles

/// A profile's file, `*.profile.json`.
public enum ProfileFile {
  /// A line for each timing.
  package static let layout = JSON.Layout.table

  /// Writes a profile; the file appears whole or not at all.
  /// - Throws: `FileError` where the file can't be written.
  public static func write(_ profile: Profile, to path: String) throws(FileError) {
    try JSONFile.write(profile, layout, to: path)
  }

  /// Reads a profile.
  /// - Throws: `FileError` with the path, the key and what would fit.
  public static func read(_ path: String) throws(FileError) -> Profile {
    try JSONFile.read(Profile.self, from: path)
  }
}
