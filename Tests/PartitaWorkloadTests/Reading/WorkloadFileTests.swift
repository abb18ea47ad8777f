import PartitaFiles
import PartitaWorkload
import TestFiles
import Testing

/// A workload's file is known by its contents, and refused by its path, place and what would fit.
@Suite struct WorkloadFileTests {
  static let json = """
    {"family":"pipedream","nodes":[{"id":"a","name":"A","forward_ms":1,"backward_ms":2,
    "activation_bytes":0,"parameter_bytes":0}],"edges":[]}
    """
  static let text = """
    a -- A, b=1 -- forward_compute_time=1, backward_compute_time=2, activation_size=0, \
    parameter_size=0
    """

  private func read(_ bytes: [UInt8], _ name: String = "net.v2.json") throws -> (
    workload: Workload, sha256: String
  ) {
    let folder = try TemporaryFolder()
    try folder.write(bytes, to: name)
    return try WorkloadFile.read(folder.file(name))
  }

  /// Neither the name nor the ending says what is in it.
  @Test func contentsSayTheForm() throws {
    let json = try read(Array("\n \(Self.json)".utf8), "net.v2.txt").workload
    let text = try read(Array(Self.text.utf8), "net.v2.json").workload
    #expect(json == text && json.name == "net.v2")
  }

  /// As `sha256sum` has it.
  @Test func digest() throws {
    #expect(
      try read(Array(Self.text.utf8)).sha256
        == "d1cdd47582841b1c94d370b9e0e83bd73a4047ac3ac63710426b42ef7661a3bc")
  }

  @Test(arguments: [
    ("", "the file: it is empty, expected a workload"),
    ("  \n", "the file: it is empty"),
    ("[1]", "the file: expected an object of keys and values"),
    ("7", "line 1: this is not JSON, which begins with '{', and no graph.txt"),
    (json.replacing("\"edges\":[]}", with: ""), "this is not JSON: Unexpected end of file"),
    (
      json.replacing("\"activation_bytes\":0", with: "\"activation_bytes\":0 0"),
      "this is not JSON: Invalid value around character 105, in line 2"
    ),
    (json.replacing(":2,", with: ":NaN,"), "node 'a': backward_ms is nan, expected a finite"),
    (json.replacing(":2,", with: ":-Infinity,"), "node 'a': backward_ms is -inf"),
    (json.replacing("[]}", with: "[[\"a\",\"b\",0]]}"), "there is no node 'b'"),
    (json.replacing("\"nodes\":[", with: "\"nodes\":3,\"x\":["), "nodes: expected a list"),
    (json.replacing("[{", with: "[5,{"), "nodes[0]: expected an object"),
    (
      text.replacing("activation", with: "activity"), "line 1, node 'a': activation_size is missing"
    ),
  ]) func isRefused(_ text: String, words: String) throws {
    let error = #expect(throws: FileError.self) { try read(Array(text.utf8)) }
    #expect(
      error?.description.contains("net.v2.json: \(words)") == true
        || error?.reason.contains(words) == true, "\(error?.description ?? "")")
  }

  @Test func bytesThatAreNoText() throws {
    let error = #expect(throws: FileError.self) { try read([0x7F, 0x45, 0xFF, 0x00]) }
    #expect(error?.reason.contains("it is not UTF-8 text") == true)
    #expect(throws: FileError.self) { try WorkloadFile.read("/no/such.json") }
  }

  /// PipeDream calls every file graph.txt: files of one name are told apart by their folders, and one
  /// that is there twice by a number; names that differ stay.
  @Test func filesOfOneNameAreToldApart() throws {
    let folder = try TemporaryFolder()
    for path in ["a/big", "b/big", "b/small"] { _ = try OutputDirectory(folder.file(path)) }
    for path in ["a/big/graph.txt", "b/big/graph.txt", "b/small/graph.txt", "net.txt"] {
      try folder.write(Array(Self.text.utf8), to: path)
    }
    func names(_ paths: [String]) throws -> [String] {
      try WorkloadFile.read(paths.map(folder.file)).map(\.workload.name)
    }
    #expect(try names(["a/big/graph.txt", "net.txt"]) == ["graph", "net"])
    #expect(
      try names(["b/big/graph.txt", "net.txt", "b/small/graph.txt"])
        == ["big/graph", "net", "small/graph"])
    #expect(
      try names(["a/big/graph.txt", "b/big/graph.txt", "b/small/graph.txt"])
        == ["a/big/graph", "b/big/graph", "b/small/graph"])
    #expect(try names(["net.txt", "net.txt"]) == ["net", "net (2)"])
  }
}
