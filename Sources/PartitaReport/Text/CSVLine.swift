/// A line of comma-separated values (RFC 4180).
public enum CSVLine {
  /// The line, without its end; cells with commas, quotes or line breaks stand in quotes.
  public static func text(_ cells: [String]) -> String {
    cells.map(quoted).joined(separator: ",")
  }

  private static func quoted(_ cell: String) -> String {
    // By scalars: as a character, CR LF is another one than LF.
    guard cell.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else {
      return cell
    }
    return "\"" + cell.replacing("\"", with: "\"\"") + "\""
  }
}
