import PartitaFiles
import TestFiles
import Testing

extension Snippets {
  @Test func files() throws {
    let temporary = try TemporaryFolder()
    let path = temporary.file("run")
    // snippet
    let output = try OutputDirectory(path)  // made where it is missing
    let metrics = try MetricsFile(output.file("metrics.jsonl"))
    try metrics.append(["step": 1, "loss": 0.25])
    try metrics.append(["step": 2, "loss": 0.125])
    try AtomicText.write("Two steps.\n", to: output.file("summary.txt"))
    // end
    let lines = String(decoding: try temporary.read("run/metrics.jsonl"), as: UTF8.self)
    #expect(lines == "{\"step\":1,\"loss\":0.25}\n{\"step\":2,\"loss\":0.125}\n")
    #expect(try temporary.read("run/summary.txt") == Array("Two steps.\n".utf8))
  }
}
