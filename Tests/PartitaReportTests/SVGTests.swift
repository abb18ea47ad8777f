import PartitaReport
import Testing

/// The writer: well-formed, escaped, the same text for the same picture.
@Suite struct SVGTests {
  @Test func wordsOfAnyKindStayWellFormed() throws {
    let words = "a <b> & \"c\" 'd' ]]> \u{1}\u{FFFF} é 🚲"
    var svg = SVG(width: 10, height: 10, title: words)
    svg.text(words, x: 1, y: 2, .style("p-ink"))
    svg.rectangle(x: 0, y: 0, width: 1, height: 1, .fill(Colour(0xff8000)), tip: words)
    let elements = try XMLElements.read(svg.document)
    let kept = words.replacing("\u{1}", with: "\u{FFFD}").replacing("\u{FFFF}", with: "\u{FFFD}")
    #expect(elements.filter { $0.text == kept }.map(\.name) == ["title", "text", "title"])
  }

  @Test func aPictureInAPageHasNoStyleOfItsOwn() throws {
    let svg = SVG(width: 10, height: 10, title: "empty")
    #expect(try XMLElements.read(svg.document).contains { $0.name == "style" })
    #expect(try !XMLElements.read(svg.inline).contains { $0.name == "style" })
  }

  @Test(arguments: [
    (0.0, 2, "0.00"), (-0.001, 2, "0.00"), (1.005e3, 0, "1005"), (0.995, 1, "1.0"),
    (-12.345, 1, "-12.3"), (3.0 / 7.0, 3, "0.429"),
  ]) func decimalsAreFixed(value: Double, decimals: Int, text: String) {
    #expect(NumberText.fixed(value, decimals) == text)
  }

  @Test func numbersForPeople() {
    #expect(NumberText.short(2.50) == "2.5")
    for (value, text) in [
      (0, "0"), (1, "1.000"), (9.9996, "10.00"), (-0.012345, "-0.01235"), (123_456.4, "123456"),
      (999_999.6, "1.000e+06"), (1.25e-7, "1.250e-07"), (-2e120, "-2.000e+120"),
    ] {
      #expect(NumberText.digits(value) == text)
    }
    #expect(NumberText.digits(.infinity) == "inf")
    #expect(NumberText.short(100) == "100")
    #expect(NumberText.seconds(0.00125) == "1.25 ms")
    #expect(NumberText.seconds(2e-6) == "2.00 µs")
    #expect(NumberText.seconds(-1e-18) == "0 s")
    #expect(NumberText.seconds(61) == "61.0 s")
    #expect(NumberText.seconds(1234.4) == "1,234 s")
    #expect(NumberText.bytes(1023) == "1023 B")
    #expect(NumberText.bytes(12 << 20) == "12.0 MiB")
    #expect(NumberText.count(-1_234_567) == "-1,234,567")
    #expect(NumberText.percent(0.7254) == "72.5 %")
  }

  @Test func ticksLieInTheirRange() {
    #expect(Ticks.linear(0...33, count: 10) == [0, 5, 10, 15, 20, 25, 30])
    #expect(Ticks.linear(-0.1...1, count: 5) == [0, 0.25, 0.5, 0.75, 1])
    #expect(Ticks.powers(0.9...9, most: 8) == [1, 2, 4, 8])
    #expect(Ticks.powers(1...4096, most: 4) == [1, 16, 256, 4096])
  }
}
