import PartitaReport
import Testing

/// A cell that a reader would cut stands in quotes: with a comma, a quote, or either line break alone.
@Suite struct CSVLineTests {
  @Test func cells() {
    #expect(CSVLine.text(["a", "", "b c"]) == "a,,b c")
    #expect(CSVLine.text(["a,b", "say \"x\""]) == "\"a,b\",\"say \"\"x\"\"\"")
    #expect(CSVLine.text(["a\nb", "a\rb", "a\r\nb"]) == "\"a\nb\",\"a\rb\",\"a\r\nb\"")
  }
}
