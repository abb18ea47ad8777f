public import PartitaFiles

/// A plan's file.
public enum PlanFile {
  /// A line for each stage and each alternative.
  package static let layout = JSON.Layout.table

  /// Reads a plan.
  /// - Throws: `FileError` with the path, the key and what would fit.
  public static func read(_ path: String) throws(FileError) -> PlanDocument {
    try JSONFile.read(PlanDocument.self, from: path)
  }
}
