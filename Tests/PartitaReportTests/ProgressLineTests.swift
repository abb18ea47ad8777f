import PartitaReport
import Testing

/// What a progress bar draws.
@Suite struct ProgressLineTests {
  @Test func isABarAndWords() {
    #expect(
      ProgressLine(1, of: 2, "step 1/2").text(columns: 80)
        == "[############............] step 1/2")
    #expect(ProgressLine(2, of: 2, "").text(columns: 80) == "[########################] ")
  }

  /// A line as long as the terminal is wide would scroll at every drawing.
  @Test(arguments: [2, 20, 40, 80, 81]) func staysWithinTheTerminal(columns: Int) {
    let line = ProgressLine(3, of: 7, String(repeating: "long words ", count: 20))
    #expect(line.text(columns: columns).count == columns - 1)
    #expect(!line.text(columns: columns).contains("\n"))
  }
}
