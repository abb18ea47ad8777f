import PartitaReport
import Testing

/// A roofline says of kernels what their numbers say.
@Suite struct RooflineTests {
  private let roofline = Roofline(
    "net", stepSeconds: 0.01, flopsPerSecond: 1e11, narrowFlopsPerSecond: 2e11,
    bytesPerSecond: 1e10,
    kernels: [
      Roofline.Kernel(
        "relu", layers: ["a"], shapes: "[4] -> [4]", calls: 2, seconds: 0.002, flops: 1_000,
        bytes: 10_000_000, floor: 0.001, limit: .bytes),
      Roofline.Kernel(
        "linear", layers: ["a", "b"], shapes: "[4], [4, 4] -> [4]", calls: 4, seconds: 0.005,
        flops: 400_000_000, bytes: 1_000_000, floor: 0.004, limit: .product),
      Roofline.Kernel(
        "count", layers: [], shapes: "[4] -> []", calls: 1, seconds: 0.00001, flops: 4, bytes: 16,
        floor: 0.00001, limit: .operations),
    ])

  /// The longest stands first, and what hardly counts is one row.
  @Test func theLongestComesFirst() {
    let lines = roofline.lines
    #expect(roofline.kernels.map(\.name) == ["linear", "relu", "count"])
    #expect(lines[1].hasPrefix("linear [4], [4, 4] -> [4]") && lines[1].contains("a ... b"))
    #expect(lines[1].contains("0.80") && lines[1].hasSuffix("cold product"))
    #expect(lines[2].contains("0.50") && lines[3].hasPrefix("1 more"))
    #expect(lines[4].hasPrefix("all kernels"))
  }

  /// The floor of a step is the sum of its kernels'.
  @Test func floorsAddUp() {
    #expect(abs(roofline.floor - 0.00501) < 1e-12)
    #expect(roofline.sentences[0].contains("50.1 % of the step"), "\(roofline.sentences)")
    #expect(
      roofline.sentences[1].contains("100 GFLOP/s (products of bfloat16: 200), 10 GB/s"),
      "\(roofline.sentences)")
  }

  /// The page has a mark for each kernel with operations, and loads nothing.
  @Test func thePageStandsAlone() {
    let page = roofline.html(command: "partita bench", facts: [])
    #expect(page.split(separator: "<circle").count - 1 == 3)
    #expect(!page.contains("<script") && page.contains("Kernels below the roof"))
  }
}
