/// The version of Partita that runs; every file and report says by which it was written, but tables
/// (CSV) and drawings, which have no place for it.
public enum PartitaVersion {
  /// As in the changelog.
  public static let current = "0.1.0"

  /// The key of files in JSON and of notes in other files.
  package static let key = "partita_version"

  /// As pages and comments say it.
  package static let words = "Partita \(current)"
}
