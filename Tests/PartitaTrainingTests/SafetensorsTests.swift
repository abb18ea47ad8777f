import PartitaFiles
import PartitaTraining
import TestFiles
import Testing

@Suite struct SafetensorsTests {
  private let tensors = [
    NamedTensor(
      name: "b.weight", shape: [2, 3], values: [1, -2.5, 3, .pi, -0.0, .leastNonzeroMagnitude]),
    NamedTensor(name: "a \"quoted\" ü", shape: [], values: [.greatestFiniteMagnitude]),
    NamedTensor(name: "empty", shape: [0, 4], values: []),
  ]

  @Test func roundTrip() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("deep/er/weights.safetensors")
    try Safetensors.write(tensors, metadata: ["format": "pt"], to: path)
    let read = try Safetensors.read(path)
    #expect(read == tensors.inNameOrder())
    #expect(weightsDigest(read) == weightsDigest(tensors))
    #expect(try folder.names == ["deep"])
  }

  /// The exact bytes: a header padded to eight, then the values in name order.
  @Test func bytes() throws {
    let folder = try TemporaryFolder()
    try Safetensors.write(
      [NamedTensor(name: "w", shape: [1], values: [1])], to: folder.file("w.safetensors"))
    let header = #"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}  "#
    #expect(header.utf8.count == 56)
    #expect(
      try folder.read("w.safetensors")
        == [56, 0, 0, 0, 0, 0, 0, 0] + Array(header.utf8) + [0, 0, 0x80, 0x3F])
  }

  @Test func everyTruncationIsAnError() throws {
    let folder = try TemporaryFolder()
    try Safetensors.write(tensors, to: folder.file("whole"))
    let whole = try folder.read("whole")
    for length in whole.indices {
      try folder.write(Array(whole[..<length]), to: "part")
      #expect(throws: FileError.self, "length \(length)") {
        try Safetensors.read(folder.file("part"))
      }
    }
    try folder.write(whole + [0], to: "part")
    #expect(throws: FileError.self) { try Safetensors.read(folder.file("part")) }
  }

  @Test(arguments: [
    ("{", 0, "its header is not JSON of the right form: "),
    ("[]", 0, "its header is not JSON of the right form: it has the wrong type"),
    (
      #"{"a":{"dtype":"F32","shape":[1]}}"#, 4,
      "its header is not JSON of the right form: \"a\" has no \"data_offsets\""
    ),
    (
      #"{"a":{"dtype":"F32","shape":"x","data_offsets":[0,4]}}"#, 4,
      "its header is not JSON of the right form: \"a.shape\" has the wrong type"
    ),
    (
      entry("I16", "[2]", "[0,4]"), 4,
      "tensor \"a\": its elements are I16; only BF16, F16, F32, F64 are read"
    ),
    (entry("F32", "[1]", "[0]"), 4, "tensor \"a\": its data_offsets [0] are no range"),
    (entry("F32", "[1]", "[4,0]"), 4, "tensor \"a\": its data_offsets [4, 0] are no range"),
    (entry("F32", "[1]", "[-4,0]"), 4, "tensor \"a\": its data_offsets [-4, 0] are no range"),
    (
      entry("F32", "[2]", "[0,8]"), 4,
      "tensor \"a\": its data ends at byte 8 of a payload of 4; the file is truncated"
    ),
    (
      entry("F32", "[1]", "[4,8]"), 8,
      "tensor \"a\": 4 bytes before its data belong to no tensor"
    ),
    (entry("F32", "[3]", "[0,8]"), 8, "tensor \"a\": its shape [3] does not fit its 8 bytes"),
    (entry("F32", "[1]", "[0,6]"), 6, "tensor \"a\": its shape [1] does not fit its 6 bytes"),
    (entry("F32", "[-1,-1]", "[0,4]"), 4, "tensor \"a\": its shape [-1, -1] is impossible"),
    (
      entry("F32", "[4294967296,4294967296]", "[0,4]"), 4,
      "tensor \"a\": its shape [4294967296, 4294967296] is impossible"
    ),
    (entry("F32", "[1]", "[0,4]"), 8, "4 bytes at its end belong to no tensor"),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
        + #""b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8,
      "tensor \"b\": its data overlaps another tensor's"
    ),
  ])
  func corrupt(header: String, payload: Int, problem: String) throws {
    let folder = try TemporaryFolder()
    let bytes = Array(header.utf8)
    try folder.write(
      [UInt8(bytes.count), 0, 0, 0, 0, 0, 0, 0] + bytes + [UInt8](repeating: 0, count: payload),
      to: "a.safetensors")
    try expectError("a.safetensors", in: folder, problem)
  }

  /// Other elements become Float32: the same number where that has it, else the nearest.
  @Test(
    arguments: [
      ("F16", [0x00, 0x3C, 0x00, 0xC0, 0x01, 0x00], [1, -2, 0x1p-24]),
      ("BF16", [0x80, 0x3F, 0x00, 0xC0, 0x7F, 0x7F], [1, -2, 3.3895314e38]),
      (
        "F64", [0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0x9A, 0x99, 0x99, 0x99, 0x99, 0x99, 0xB9, 0x3F],
        [1, 0.1]
      ),
    ] as [(String, [UInt8], [Float])])
  func otherElements(type: String, payload: [UInt8], values: [Float]) throws {
    let folder = try TemporaryFolder()
    let header = Array(Self.entry(type, "[\(values.count)]", "[0,\(payload.count)]").utf8)
    try folder.write([UInt8(header.count), 0, 0, 0, 0, 0, 0, 0] + header + payload, to: "w")
    #expect(try Safetensors.read(folder.file("w")).map(\.values) == [values])
  }

  /// PyTorch's batch norms count steps in I64; nothing here reads that, and nothing else may be I64.
  @Test func countersArePassedOver() throws {
    let folder = try TemporaryFolder()
    let payload: [UInt8] = [7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x3F]
    let cases: [(String, [String]?)] = [("bn.num_batches_tracked", ["b"]), ("bn.batches", nil)]
    for (name, names) in cases {
      let header = Array(
        (#"{"\#(name)":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"#
          + #""b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}"#).utf8)
      try folder.write([UInt8(header.count), 0, 0, 0, 0, 0, 0, 0] + header + payload, to: "w")
      #expect((try? Safetensors.read(folder.file("w")))?.map(\.name) == names)
    }
  }

  /// A number that no Float32 is near is refused, not made infinite.
  @Test func tooLargeNumbers() throws {
    let folder = try TemporaryFolder()
    let header = Array(Self.entry("F64", "[1]", "[0,8]").utf8)
    let number = withUnsafeBytes(of: (1e300).bitPattern.littleEndian) { Array($0) }
    try folder.write([UInt8(header.count), 0, 0, 0, 0, 0, 0, 0] + header + number, to: "w")
    let error = #expect(throws: FileError.self) { try Safetensors.read(folder.file("w")) }
    #expect(error?.reason == "tensor \"a\": a number is too large for 32 bits")
  }

  @Test func impossibleLengths() throws {
    let folder = try TemporaryFolder()
    try folder.write([1, 2, 3], to: "short")
    try expectError("short", in: folder, "it has 3 bytes, not even 8")
    try folder.write([UInt8](repeating: 255, count: 12), to: "long")
    try expectError(
      "long", in: folder, "a header of 18446744073709551615 bytes does not fit a file of 12")
  }

  @Test func twoOfOneName() throws {
    let folder = try TemporaryFolder()
    let twice = [tensors[0], tensors[0]]
    let error = #expect(throws: FileError.self) {
      try Safetensors.write(twice, to: folder.file("w"))
    }
    #expect(error?.reason == "two tensors are called \"b.weight\"")
    #expect(try folder.names == [])
  }

  /// `printf '\x00\x00\x80\x3f\x00\x00\x00\xc0' | sha256sum`, the values 1 and −2.
  @Test func digest() {
    let tensors = [
      NamedTensor(name: "b", shape: [1], values: [-2]),
      NamedTensor(name: "a", shape: [1], values: [1]),
    ]
    #expect(
      weightsDigest(tensors) == "ee4ac73c2bd27756ab82780f27c73a7bc4d3f0bb6acb37e008bc27eccd7e588b")
    #expect(
      weightsDigest([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  private func expectError(
    _ name: String, in folder: TemporaryFolder, _ problem: String
  ) throws {
    let error = #expect(throws: FileError.self) { try Safetensors.read(folder.file(name)) }
    let start = "\(folder.file(name)): this is no sound safetensors file: \(problem)"
    #expect(error?.description.hasPrefix(start) == true, "\(error?.description ?? "no error")")
  }

  private static func entry(_ type: String, _ shape: String, _ offsets: String) -> String {
    #"{"a":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}}"#
  }

  @Test func aFolderThatCannotBeWrittenIsAnError() {
    #expect(throws: FileError.self) { try Safetensors.write([], to: "/proc/w.safetensors") }
  }
}
