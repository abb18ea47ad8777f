import PartitaConfig
import PartitaData
import PartitaGraph
import PartitaKeys
import TestFiles
import Testing

/// Arrays as NumPy saves them.
@Suite struct ArrayTests {
  /// Three elements of a type, and their values.
  struct Elements: CustomTestStringConvertible, Sendable {
    let type: String
    let bytes: [UInt8]
    let values: [Float]
    var testDescription: String { type }

    init(_ type: String, _ bytes: [UInt8], _ values: [Float]) {
      self.type = type
      self.bytes = bytes
      self.values = values
    }

    /// Elements of `size` bytes, given as numbers.
    init(_ type: String, _ size: Int, _ numbers: [Int], _ values: [Float]) {
      let bytes = numbers.map { little($0, size) }
      self.init(type, bytes.flatMap { type.hasPrefix(">") ? $0.reversed() : $0 }, values)
    }
  }

  static let integers = [
    Elements("|u1", [1, 2, 200], [1, 2, 200]), Elements("|i1", [1, 2, 0xFF], [1, 2, -1]),
    Elements("|b1", [1, 0, 1], [1, 0, 1]), Elements("<u2", 2, [1, 2, 40000], [1, 2, 40000]),
    Elements(">u2", 2, [1, 2, 40000], [1, 2, 40000]), Elements("<i2", 2, [1, 2, -2], [1, 2, -2]),
    Elements(">i2", 2, [1, 2, -2], [1, 2, -2]),
    Elements("<u4", 4, [1, 2, 1 << 31], [1, 2, 0x1p31]),
    Elements("<i4", 4, [1, 2, -3], [1, 2, -3]), Elements(">i4", 4, [1, 2, -3], [1, 2, -3]),
    Elements("<i8", 8, [1, 2, -3], [1, 2, -3]), Elements(">i8", 8, [1, 2, -3], [1, 2, -3]),
    Elements("<u8", 8, [1, 2, 1 << 40], [1, 2, 0x1p40]),
  ]

  // Bits of IEEE 754: the least subnormals, the largest, infinity and -0 among them.
  static let reals = [
    Elements("<f2", 2, [0x3C00, 0xBE00, 1], [1, -1.5, 0x1p-24]),
    Elements(">f2", 2, [0x7BFF, 0x7C00, 0x8000], [65504, .infinity, -0.0]),
    Elements("<f4", 4, [0x3F80_0000, 0xBFC0_0000, 1], [1, -1.5, 0x1p-149]),
    Elements(">f4", 4, [0x3F80_0000, 0xBFC0_0000, 1], [1, -1.5, 0x1p-149]),
    Elements("<f8", 8, [0x3FF0_0000_0000_0000, 0x3FB9_9999_9999_999A, 0], [1, 0.1, 0]),
    Elements(">f8", 8, [0x3FF0_0000_0000_0000, 0x3FB9_9999_9999_999A, 0], [1, 0.1, 0]),
  ]

  /// Every type that is read, in both orders and in every version of the format.
  @Test(arguments: integers + reals) func elementsOfAllTypes(_ elements: Elements) throws {
    for version: UInt8 in 1...3 {
      let data = try load(
        npy(elements.type, [3], elements.bytes, version: version), npy("|u1", [3], [0, 1, 1]))
      #expect(data.input == SampleType(shape: [1], element: .float32))
      let found = data.allValues(width: 1).map(\.bitPattern)
      #expect(found.sorted() == elements.values.map(\.bitPattern).sorted())
    }
  }

  /// The layout is row after row; labels count the classes; scaling divides.
  @Test func samplesOfAnyShape() throws {
    let bytes = (0..<24).map { UInt8($0) }
    let labels = npy("<i8", [4], [0, 3, 1, 0].flatMap { little($0, 8) })
    let folder = try TemporaryFolder()
    let test = try write(
      npy("|u1", [1, 2, 3], [9, 8, 7, 6, 5, 4]), npy("|u1", [1, 1], [2]), "test_", folder)
    let data = try load(npy("|u1", [4, 2, 3], bytes), labels, "scale: 2, \(test)", folder)
    #expect(data.input == SampleType(shape: [2, 3], element: .float32))
    #expect(data.classes == 4)
    #expect(
      data.train.values([3, 0], width: 6)
        == ([18, 19, 20, 21, 22, 23, 0, 1, 2, 3, 4, 5] as [Float]).map { $0 / 2 })
    #expect(data.train.classNumbers([0, 1, 2, 3]) == [0, 3, 1, 0])
    #expect(data.test.values([0], width: 6) == [4.5, 4, 3.5, 3, 2.5, 2])
    #expect(data.test.classNumbers([0]) == [2])
    #expect(data.notes["normalisation"] == #"{"scale":2.0}"#)
  }

  /// Mean 0 and variance 1 over all numbers that are trained on, and over no other.
  @Test func normalisation() throws {
    let inputs = npy("<i2", [4, 2], [1, 3, 5, 7, 100, 100, 100, 100].flatMap { little($0, 2) })
    let folder = try TemporaryFolder()
    let test = try write(npy("|u1", [1, 2], [4, 9]), npy("|u1", [1], [0]), "test_", folder)
    let data = try load(
      inputs, npy("|u1", [4], [0, 1, 0, 1]), "normalize: true, train_samples: 2, \(test)", folder)
    let deviation = 5.0.squareRoot()
    #expect(
      data.train.values([0, 1], width: 2) == [-3, -1, 1, 3].map { Float($0 / deviation) })
    #expect(data.test.values([0], width: 2) == [0, Float(5 / deviation)])
    #expect(
      data.notes["normalisation"] == "{\"scale\":1.0,\"mean\":4.0,\"deviation\":\(deviation)}")
    let infinite = npy("<f2", [3], [0, 0x7C, 0, 0x7C, 0, 0x7C])
    let error = #expect(throws: DataError.self) {
      try load(infinite, npy("|u1", [3], [0, 1, 0]), "normalize: true")
    }
    #expect(error?.description.contains("have no mean to normalize by") == true)
  }

  /// Tokens stay numbers, with a label each or one for all; classes count both.
  @Test func tokens() throws {
    let tokens = npy("<u2", [2, 3], [5, 1, 2, 0, 1, 4].flatMap { little($0, 2) })
    let each = try load(tokens, npy("|u1", [2, 3], [1, 2, 3, 1, 4, 6]), "tokens: true")
    #expect(each.input == SampleType(shape: [3], element: .int32))
    #expect(each.label == SampleType(shape: [3], element: .int32))
    #expect(each.classes == 7)
    let all = (each.train.tokens([0], context: 3), each.test.tokens([0], context: 3))
    #expect(all == ([5, 1, 2], [0, 1, 4]) || all == ([0, 1, 4], [5, 1, 2]))
    let one = try load(tokens, npy("|u1", [2], [1, 0]), "tokens: true")
    #expect(one.label == SampleType(shape: [], element: .int32) && one.classes == 6)
    for source in [each, one] { #expect(source.digest.count == 64) }
  }

  @Test func isDescribedAsItIsLoaded() throws {
    let folder = try TemporaryFolder()
    let files = try write(
      npy("|u1", [5, 2], Array(0..<10)), npy("|u1", [5], [0, 1, 2, 1, 0]), "", folder)
    for loss in LossKind.allCases {
      let source = try dataConfig("name: npy, \(files), test_samples: 1").source
      #expect(try source.describe(loss: loss) == source.load(loss: loss, seed: 0).description)
    }
  }

  static let wrong: [(bytes: [UInt8], problem: String)] = [
    ([], "this is no .npy array: it doesn't begin with 93 and \"NUMPY\""),
    (
      [0x93, 78, 85, 77, 80, 89, 4, 0, 0, 0],
      "version 4.0 of the format isn't read; 1.0, 2.0 and 3.0 are"
    ),
    (Array(npy("|u1", [2], [0, 1]).prefix(40)), "it is truncated: it ends inside its header"),
    (npy("|u1", [3], [0, 1]), "it is truncated: [3] of u1 asks for 3 bytes, and it has 2"),
    (npy("|u1", [2], [0, 1, 2]), "1 bytes follow its elements"),
    (
      npy("|u1", [2, 1], [0, 1], fortran: true),
      "it is in Fortran's order, columns first; save numpy.ascontiguousarray of it"
    ),
    (
      npy("<c8", [2], [0, 1]),
      "elements of type \"<c8\" aren't read; convert them with astype to one of b1, u1, i1, u2, i2, "
        + "u4, i4, u8, i8, f2, f4, f8"
    ),
    (npy("|u1", [0], []), "its shape [0] is impossible, or has no elements"),
    (
      npy("<f8", [Int.max, 2], []),
      "its shape [9223372036854775807, 2] is impossible, or has no elements"
    ),
    (
      npy("|u1", [1 << 40], []),
      "1099511627776 samples are more than 2147483647, the most there may be"
    ),
    (
      npy(header: "{'descr': '|u1', 'fortran_order': False, 'shape': (), }", [7]),
      "it is a single number, and no array of samples"
    ),
    (
      npy(header: "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", []),
      "its elements have fields of their own; save one array for each field"
    ),
    (npy(header: "{'descr': ", []), "its header can't be read: {'descr': "),
  ]

  /// Each says what is wrong and what would fit.
  @Test(arguments: wrong) func whatIsNoArray(_ bytes: [UInt8], _ problem: String) throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: DataError.self) {
      try load(bytes, npy("|u1", [2], [0, 1]), "", folder)
    }
    #expect(error?.description.hasPrefix("\(folder.file("x.npy")): \(problem)") == true)
  }

  @Test func arraysMustFit() throws {
    let folder = try TemporaryFolder()
    func error(_ inputs: [UInt8], _ labels: [UInt8], _ keys: String = "") -> String? {
      let error = #expect(throws: DataError.self) { try load(inputs, labels, keys, folder) }
      return error?.description.replacing("\(folder.path)/", with: "")
    }
    let inputs = npy("|u1", [2, 2], [0, 1, 2, 3])
    #expect(
      error(inputs, npy("|u1", [3], [0, 1, 0]))
        == "y.npy: 3 labels stand against 2 inputs of x.npy")
    #expect(
      error(inputs, npy("|u1", [2, 2], [0, 1, 0, 1]))
        == "y.npy: its shape is [2, 2], and labels are one class number for each sample, [2]")
    #expect(
      error(inputs, npy("|i1", [2], [0, 0xFF]))
        == "y.npy: label -1 in sample 1; they go from 0 to 2147483646")
    #expect(
      error(inputs, npy("<f4", [2], little(0, 8)))
        == "y.npy: a label is a whole number, and elements of type f4 aren't; save it as int32")
    #expect(
      error(npy("<i4", [2], little(0, 4) + little(-7, 4)), npy("|u1", [2], [0, 1]), "tokens: true")
        == "x.npy: token -7 in sample 1; they go from 0 to 2147483646")
    #expect(
      error(npy("|u1", [1], [0]), npy("|u1", [1], [0]))
        == "x.npy: one sample can't be parted into training and test; give arrays to test on")
    let test = try write(npy("|u1", [1, 3], [0, 1, 2]), npy("|u1", [1], [0]), "test_", folder)
    #expect(
      error(inputs, npy("|u1", [2], [0, 1]), test)
        == "test_x.npy: a sample has the shape [3], and one of x.npy [2]")
  }

  /// Keras's form and names, stored and compressed, with sizes of 32 and of 64 bits.
  @Test(arguments: [false, true], [false, true]) func archives(deflated: Bool, large: Bool) throws {
    let folder = try TemporaryFolder()
    func member(_ name: String, _ bytes: [UInt8]) -> ZipMember {
      ZipMember(name: name, bytes: bytes, isDeflated: deflated, isLarge: large)
    }
    let train = [
      member("x_train.npy", npy("|u1", [2, 2], [1, 2, 3, 4])), member("words.txt", [65]),
      member("y_train.npy", npy("|u1", [2], [0, 1])),
    ]
    let test = [
      member("x_test.npy", npy("|u1", [1, 2], [5, 6])), member("y_test.npy", npy("|u1", [1], [2])),
    ]
    try folder.write(zip(train + test, comment: "of a friend"), to: "a.npz")
    let data = try archive(folder)
    #expect(data.classes == 3)
    #expect(data.train.values([0, 1], width: 2) == [1, 2, 3, 4])
    #expect(data.test.values([0], width: 2) == [5, 6])
    try folder.write(zip(train), to: "a.npz")
    let parted = try archive(folder)
    #expect((parted.train.count, parted.test.count) == (1, 1))
    let named = try archive(folder, "test_inputs: x_train, test_labels: y_train")
    #expect(named.train.values([1], width: 2) == named.test.values([1], width: 2))
    let error = #expect(throws: DataError.self) { try archive(folder, "inputs: x_tran") }
    #expect(
      error?.description
        == "\(folder.file("a.npz")): there is no array \"x_tran\"; did you mean \"x_train\"? It "
        + "has: x_train, y_train")
  }

  @Test func whatIsNoArchive() throws {
    let folder = try TemporaryFolder()
    func error(_ bytes: [UInt8]) throws -> String? {
      try folder.write(bytes, to: "a.npz")
      let error = #expect(throws: DataError.self) { try archive(folder) }
      return error.map { String($0.description.dropFirst(folder.path.count + 1)) }
    }
    let array = npy("|u1", [2], [0, 1])
    func broken(_ change: (inout ZipMember) -> Void) -> [UInt8] {
      var member = ZipMember(name: "x_train.npy", bytes: array, isDeflated: true)
      change(&member)
      return zip([member, ZipMember(name: "y_train.npy", bytes: array)])
    }
    let none = "a.npz: this is no zip archive, or it is truncated: it has no directory at its end"
    #expect(try error([]) == none)
    #expect(try error(broken { _ in }.dropLast()) == none)
    #expect(
      try error(broken { $0.flags = 1 })
        == "a.npz/x_train.npy: it is encrypted; save it without a password")
    #expect(
      try error(broken { $0.method = 14 })
        == "a.npz/x_train.npy: it is compressed by LZMA (14), and only deflate (8) and stored members "
        + "(0) are read; numpy.savez and savez_compressed write these")
    #expect(
      try error(broken { $0.lie = 1 })
        == "a.npz/x_train.npy: its deflate data is 130 bytes long, not 131")
    #expect(
      try error(broken { $0.lie = -1 })
        == "a.npz/x_train.npy: its deflate data is more than 129 bytes long, not 129")
    #expect(
      try error(broken { ($0.lie, $0.isLarge) = (1 << 50, true) })
        == "a.npz/x_train.npy: 135 bytes of deflate data can't be 1125899906842754 bytes")
    #expect(
      try error(broken { $0.method = 0 })
        == "a.npz/x_train.npy: it is stored, but 135 bytes for 130")
    var damaged = broken { _ in }
    let place = try #require(damaged.firstRange(of: Array("NUMPY".utf8))).lowerBound
    damaged[place] ^= 1
    #expect(try error(damaged)?.contains("x_train.npy: its CRC-32 is ") == true)
  }

  /// No beginning of a file traps, and no changed byte does.
  @Test func garbage() throws {
    let folder = try TemporaryFolder()
    let inputs = npy("<f2", [2, 2], Array(0..<8))
    let labels = npy("|u1", [2], [0, 1])
    for count in inputs.indices { _ = try? load(Array(inputs[..<count]), labels, "", folder) }
    for index in inputs.indices {
      for byte: UInt8 in [0, 9, 39, 57, 0xFF] {
        var changed = inputs
        changed[index] = byte
        _ = try? load(changed, labels, "", folder)
      }
    }
    for isLarge in [false, true] {
      let whole = zip([
        ZipMember(name: "x_train.npy", bytes: inputs, isDeflated: true, isLarge: isLarge),
        ZipMember(name: "y_train.npy", bytes: labels, isLarge: isLarge),
      ])
      for count in whole.indices {
        try folder.write(Array(whole[..<count]), to: "a.npz")
        #expect(throws: DataError.self) { try archive(folder) }
      }
      for index in whole.indices {
        for byte: UInt8 in [0, 0x7F, 0xFF] {
          var changed = whole
          changed[index] = byte
          try folder.write(changed, to: "a.npz")
          _ = try? archive(folder)
        }
      }
    }
  }

  /// Keys that can't go together.
  @Test func conflicts() throws {
    func error(_ keys: String) -> String? {
      let error = #expect(throws: ConfigError.self) {
        try dataConfig("name: npy, inputs: x, labels: y, \(keys)")
      }
      return error?.description
    }
    #expect(
      error("test_inputs: z")
        == "test:1: data.test_labels: this key is missing; it takes a .npy file, for test_inputs is "
        + "there")
    #expect(
      error("test_inputs: z, test_labels: z, split_seed: 1")
        == "test:1: data.split_seed: test_inputs says what is tested on; remove one of them")
    #expect(
      error("tokens: true, scale: 2")
        == "test:1: data.scale: tokens are numbers of words; nothing scales them")
    #expect(
      error("test_fraction: 1")
        == "test:1: data.test_fraction: found 1, expected a number above 0 and below 1")
  }

  private func archive(_ folder: TemporaryFolder, _ keys: String = "tokens: false") throws
    -> Dataset
  {
    try dataConfig("name: npz, path: \"\(folder.file("a.npz"))\", \(keys)").source.load(
      loss: .crossEntropy, seed: 0)
  }

  private func write(
    _ inputs: [UInt8], _ labels: [UInt8], _ prefix: String, _ folder: TemporaryFolder
  ) throws -> String {
    try folder.write(inputs, to: "\(prefix)x.npy")
    try folder.write(labels, to: "\(prefix)y.npy")
    return "\(prefix)inputs: \"\(folder.file("\(prefix)x.npy"))\", \(prefix)labels: "
      + "\"\(folder.file("\(prefix)y.npy"))\""
  }

  @discardableResult
  private func load(
    _ inputs: [UInt8], _ labels: [UInt8], _ keys: String = "", _ folder: TemporaryFolder? = nil
  ) throws -> Dataset {
    let folder = try folder ?? TemporaryFolder()
    let files = try write(inputs, labels, "", folder)
    return try dataConfig("name: npy, \(files)\(keys.isEmpty ? "" : ", \(keys)")").source.load(
      loss: .crossEntropy, seed: 0)
  }
}

extension Dataset {
  /// The values of all samples, those to train on first.
  fileprivate func allValues(width: Int) -> [Float] {
    train.values(Array(0..<train.count), width: width)
      + test.values(Array(0..<test.count), width: width)
  }
}
