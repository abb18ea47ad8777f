import Foundation
import ONNXInterpreter
import PartitaStudy
import Testing

/// `partita export`: what it writes says what `predict` says, and is read again.
@Suite(.serialized) struct ExportTests {
  private func trained(
    _ config: String, _ settings: [String], steps: Int = 20, _ body: (URL, String) throws -> Void
  ) throws {
    try Partita.withTemporaryFolder { folder throws in
      let run = "\(folder.path)/run"
      let result = try Partita.train(
        Partita.config(config), ["output.directory=\(run)", "parallel="] + settings, steps: steps)
      try #require(result.succeeded, "\(result.standardError)")
      try body(folder, run)
    }
  }

  private func run(_ arguments: [String]) throws -> String {
    let result = try Partita.run(arguments)
    try #require(result.succeeded, "\(arguments): \(result.standardError)")
    return result.standardOutput
  }

  private func object(_ line: some StringProtocol) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  }

  private func model(_ path: String) throws -> ModelInterpreter {
    try ModelInterpreter([UInt8](Data(contentsOf: URL(filePath: path))))
  }

  /// What `predict` says of files, and what the exported model says of the same numbers: within 1e-4 of the
  /// largest.
  private func expectSame(
    _ run: String, files: [String], numbers: NumberArray, options: [String] = ["--probabilities"]
  ) throws {
    let path = "\(run)/model.onnx"
    _ = try self.run(["export", run, "--onnx", path] + options)
    let found = try model(path).output(for: numbers)
    let lines = try self.run(["predict", run] + files).split(separator: "\n").dropFirst()
    #expect(lines.count == numbers.shape[0])
    for (sample, line) in lines.enumerated() {
      let expected = line.split(separator: ",").dropFirst(2).compactMap { Double($0) }
      #expect(expected.count == found.shape[1])
      for (place, number) in expected.enumerated() {
        #expect(
          abs(found[[sample, place]] - number) <= 1e-4 * (expected.map(abs).max() ?? 0), "\(line)")
      }
    }
  }

  /// An IDX file of images, and its bytes as numbers.
  private func images(_ shape: [Int], in folder: URL) throws -> (path: String, numbers: NumberArray)
  {
    let count = shape.reduce(1, *)
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + $0 / 7) }
    let extents = shape.count == 4 && shape[1] == 1 ? [shape[0]] + shape.suffix(2) : shape
    var data = Data([0, 0, 8, UInt8(extents.count)])
    for extent in extents { data += [0, 0, UInt8(extent >> 8), UInt8(extent & 255)] }
    data += bytes
    let path = folder.appending(path: "new.idx").path
    try data.write(to: URL(filePath: path))
    return (path, NumberArray(shape, bytes.map(Double.init)))
  }

  @Test func grayImages() throws {
    try trained("digits.yaml", []) { folder, run throws in
      let images = try images([3, 1, 8, 8], in: folder)
      try expectSame(run, files: [images.path], numbers: images.numbers)
    }
  }

  /// Outputs of squared-error are said as they are.
  @Test func outputsThatAreNoChoice() throws {
    try trained("ragged.yaml", []) { folder, run throws in
      let images = try images([3, 1, 8, 8], in: folder)
      try expectSame(run, files: [images.path], numbers: images.numbers, options: [])
      let none = try Partita.run(["export", run, "--onnx", "\(run)/x.onnx", "--probabilities"])
      #expect(!none.succeeded)
      #expect(none.standardError.contains("the network was trained with squared-error"))
      #expect(!FileManager.default.fileExists(atPath: "\(run)/x.onnx"))
    }
  }

  /// Each channel is scaled by its own numbers.
  @Test func colouredImages() throws {
    let data = Partita.config("data/shapes")
    try trained("image-folder.yaml", ["data.path=\(data)"]) { folder, run throws in
      let images = try images([2, 3, 16, 16], in: folder)
      try expectSame(run, files: [images.path], numbers: images.numbers)
    }
  }

  /// A table's row: numbers as they stand there, ones and zeros for names, in the order of the note.
  @Test func tables() throws {
    let data = Partita.config("data/flowers.csv")
    try trained("csv.yaml", ["data.path=\(data)"]) { folder, run throws in
      let table = try String(contentsOfFile: data, encoding: .utf8).split(separator: "\n").prefix(9)
      let rows = folder.appending(path: "new.csv").path
      try table.joined(separator: "\n").write(toFile: rows, atomically: true, encoding: .utf8)
      _ = try self.run(["export", run, "--onnx", "\(run)/first.onnx"])
      let note = try #require(model("\(run)/first.onnx").notes["columns"])
      let json = try JSONSerialization.jsonObject(with: Data(note.utf8))
      let columns = try #require(json as? [[String: Any]])
      let header = table[0].split(separator: ",")
      var numbers: [Double] = []
      for row in table.dropFirst() {
        let cells = row.split(separator: ",")
        for column in columns {
          let name = try #require(column["name"] as? String)
          let place = try #require(header.firstIndex { $0 == name })
          if let names = column["categories"] as? [String] {
            numbers += names.map { $0 == cells[place] ? 1 : 0 }
          } else {
            numbers.append(try #require(Double(cells[place])))
          }
        }
      }
      let array = NumberArray([table.count - 1, numbers.count / (table.count - 1)], numbers)
      try expectSame(run, files: [rows], numbers: array)
    }
  }

  /// Weights under PyTorch's names are those of the run, once `model.rename` gives them back their own;
  /// also where a tied one stands there twice.
  @Test(arguments: ["gpt-tied-dropout.yaml", "image-folder.yaml"])
  func weightsComeBack(_ config: String) throws {
    let data =
      config.hasPrefix("image") ? ["data.path=\(Partita.config("data/shapes"))"] : []
    try trained(config, data, steps: 2) { folder, run throws in
      let file = "\(folder.path)/torch.safetensors"
      let said = try object(self.run(["export", run, "--torch-names", file, "--json"]))
      let torch = try #require(said["torch"] as? [String: Any])
      let names = try #require(torch["names"] as? [String: String])
      #expect((torch["module"] as? String)?.contains("(") ?? false)
      func digest(_ settings: [String]) throws -> String? {
        let result = try Partita.train(
          Partita.config(config),
          ["output.directory=\(folder.path)/again", "parallel="] + data
            + settings, steps: 1)
        try #require(result.succeeded, "\(result.standardError)")
        return try Event.all(in: result.standardOutput).compactMap(\.weightsSHA256).last
      }
      let own = try digest(["model.weights=\(run)/weights.safetensors"])
      let rename = names.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
      #expect(own != nil)
      #expect(try digest(["model.weights=\(file)", "model.rename={\(rename)}"]) == own)
    }
  }

  /// Lines of words, one line of JSON; the same bytes each time.
  @Test func words() throws {
    try trained("digits.yaml", [], steps: 2) { folder, run throws in
      let (one, other) = ("\(folder.path)/one.onnx", "\(folder.path)/below/other.onnx")
      let words = try self.run(["export", run, "--onnx", one]).split(separator: "\n")
      #expect(words.count == 3 && words[0] == "\(one): 5 nodes, 9610 weights, opset 17")
      #expect(words[1].hasPrefix("input [N, 1, 8, 8] float32: pixels as bytes have them"))
      #expect(words[2].hasPrefix("output [N, 10] float32: a score for each class"))
      let said = try object(self.run(["export", run, "--onnx", other, "--json"]))
      let model = try #require(said["onnx"] as? [String: Any])
      #expect(model["weights"] as? Int == 9610 && model["opset"] as? Int == 17)
      #expect(
        try Data(contentsOf: URL(filePath: one)) == Data(contentsOf: URL(filePath: other)))
    }
  }

  /// Who asks for nothing, for too much, or for what isn't there is told so.
  @Test func badLines() throws {
    func problem(_ arguments: [String], code: Int32) throws -> String {
      let result = try Partita.run(["export"] + arguments)
      #expect(result.exitCode == code)
      return result.standardError
    }
    #expect(try problem(["x"], code: 64).contains("there is nothing to write: give --onnx FILE"))
    #expect(
      try problem(["x", "--torch-names", "y", "--probabilities"], code: 64).contains(
        "--probabilities goes with --onnx"))
    #expect(try problem(["x", "--onnx", "-"], code: 64).contains("--onnx takes a file"))
    #expect(
      try problem(["x", "--onnx", "y", "--torch-names", "y"], code: 64).contains("the same file"))
    #expect(
      try problem(["nowhere", "--onnx", "y"], code: 1).contains("this is no run's folder"))
    try trained("digits.yaml", [], steps: 1) { folder, run throws in
      let taken = try problem([run, "--onnx", folder.path], code: 1)
      #expect(taken.contains("\(folder.path): can't write here"))
      let other = try problem(
        [run, "--onnx", "\(folder.path)/x.onnx", "--set", "model.widths=[64, 10]"], code: 1)
      #expect(other.contains("weight linear1.weight: it has the shape [128, 64]"))
      #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/x.onnx"))
      try FileManager.default.removeItem(atPath: "\(run)/weights.safetensors")
      #expect(
        try problem([run, "--onnx", "\(folder.path)/x.onnx"], code: 1).contains(
          "the run has no last weights"))
    }
  }
}
