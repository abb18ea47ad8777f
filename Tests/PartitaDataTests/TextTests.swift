import PartitaData
import PartitaGraph
import PartitaKeys
import TestFiles
import Testing

@Suite struct TextTests {
  @Test func vocabularyAndSplit() throws {
    // 200 characters: a, b, c, d over and over.
    let data = try load(Array(repeating: Array("badc".utf8), count: 50).flatMap { $0 }, context: 4)
    #expect(data.classes == 4)
    #expect(data.input == SampleType(shape: [4], element: .int32))
    #expect(data.label == SampleType(shape: [4], element: .int32))
    #expect(data.train.count == (180 - 4) / 5)
    #expect(data.test.count == 20 / 5)
    // The test part starts at character 180, a "b".
    #expect(data.test.tokens([0], context: 4) == [1, 0, 3, 2])
    #expect(data.test.labels([0], as: Int32.self, count: 4) == [0, 3, 2, 1])
    #expect(data.test.tokens([1], context: 4, epoch: 3) == [0, 3, 2, 1])
  }

  @Test func windowsOfAnEpochDoNotOverlapAndStayInside() throws {
    let text = (0..<1000).map { UInt8($0 % 251) }
    let context = 6
    let tokens = text.map { Int32($0) }
    var offsets: Set<Int> = []
    for epoch in 0..<200 {
      let windows = TextWindows(tokens, context: context, limit: nil, seed: 3)
      let offset = windows.offset(epoch: epoch)
      offsets.insert(offset)
      #expect((0...context).contains(offset))
      #expect(offset + windows.count * (context + 1) <= tokens.count)
      let split = Dataset.Split(source: windows, oneHotClasses: nil, labelsPerSample: context)
      for sample in [0, 1, windows.count - 1] {
        let start = offset + sample * (context + 1)
        #expect(
          split.tokens([sample], context: context, epoch: epoch)
            == Array(tokens[start..<(start + context)]))
        #expect(
          split.labels([sample], as: Int32.self, count: context, epoch: epoch)
            == Array(tokens[(start + 1)...(start + context)]))
      }
    }
    #expect(offsets == Set(0...context))
  }

  @Test func scalarsOfUTF8AndBytesOfAnythingElse() throws {
    let umlauts = Array(String(repeating: "äöü", count: 40).utf8)
    #expect(try load(umlauts, context: 2).classes == 3)
    #expect(try load([0xFF] + umlauts, context: 2).classes == 5)
  }

  @Test func whatEditorsPutInFrontIsNoText() throws {
    let umlauts = Array(String(repeating: "äöü", count: 40).utf8)
    let marked = try load([0xEF, 0xBB, 0xBF] + umlauts, context: 2)
    #expect(try marked.classes == 3 && marked.train.count == load(umlauts, context: 2).train.count)
    let error = #expect(throws: DataError.self) { try load([0xFF, 0xFE] + umlauts, context: 2) }
    #expect(error?.description.contains("it is UTF-16 text") == true)
  }

  @Test func theShortestTextIsEnough() throws {
    for context in [1, 2, 3, 7, 64] {
      let error = #expect(throws: DataError.self) { try load([65], context: context) }
      guard case .textTooShort(_, 1, context, let needed)? = error else {
        Issue.record("another error: \(String(describing: error))")
        continue
      }
      _ = try load([UInt8](repeating: 65, count: needed), context: context)
      #expect(throws: DataError.self) {
        try load([UInt8](repeating: 65, count: needed - 1), context: context)
      }
    }
  }

  @Test func messages() throws {
    let short = #expect(throws: DataError.self) { try load([65, 66], context: 3) }
    #expect(
      short?.description.hasSuffix(
        "a.txt: 2 characters are too few for windows of 3 + 1: training and test need 31 or more; "
          + "shorten the context") == true)
    let missing = #expect(throws: DataError.self) {
      try dataConfig("name: text, path: /nowhere.txt, context: 3").source.load(
        loss: .crossEntropy, seed: 0)
    }
    #expect(
      missing?.description == "/nowhere.txt: can't read this file: No such file or directory")
  }

  /// Files are joined in order, the first of them as if it were all.
  @Test func severalFiles() throws {
    let folder = try TemporaryFolder()
    let text = Array(String(repeating: "badc", count: 50).utf8)
    try folder.write(text, to: "all.txt")
    try folder.write(Array(text[..<77]), to: "a.txt")
    // A byte order mark is no part of a file, wherever that comes.
    try folder.write([0xEF, 0xBB, 0xBF] + text[77...], to: "b.txt")
    func load(_ keys: String) throws -> Dataset {
      try dataConfig("name: text, context: 4, \(keys)").source.load(loss: .crossEntropy, seed: 3)
    }
    let whole = try load("path: \"\(folder.file("all.txt"))\"")
    let joined = try load("paths: [\"\(folder.file("a.txt"))\", \"\(folder.file("b.txt"))\"]")
    #expect(whole.digest == joined.digest && whole.notes == joined.notes)
  }

  /// With a text of its own to test on, the other is trained on to its end; what that lacks is refused
  /// with its line.
  @Test func aTextToTestOn() throws {
    let folder = try TemporaryFolder()
    let train = Array(String(repeating: "äbc\n", count: 10).utf8)
    func load(_ test: [UInt8], train: [UInt8]) throws -> Dataset {
      try folder.write(train, to: "a.txt")
      try folder.write(test, to: "test.txt")
      return try dataConfig(
        "name: text, context: 4, path: \"\(folder.file("a.txt"))\", test_path: "
          + "\"\(folder.file("test.txt"))\""
      ).source.load(loss: .crossEntropy, seed: 3)
    }
    let data = try load(Array("cbä\nb".utf8), train: train)
    #expect((data.train.count, data.test.count) == (7, 1))
    // U+000A, b, c, ä.
    #expect(data.test.tokens([0], context: 4) == [2, 1, 3, 0])
    #expect(data.notes["vocabulary"] == "[10,98,99,228]")
    func error(_ test: [UInt8], train: [UInt8]) -> String? {
      let error = #expect(throws: DataError.self) { try load(test, train: train) }
      return error?.description.replacing("\(folder.path)/", with: "")
    }
    #expect(
      error(Array("b\nbc\nbcд".utf8), train: train)
        == "test.txt: line 3: the text to train on lacks the character \"д\" (U+0434)")
    #expect(
      error(Array("bb\t".utf8), train: train)
        == "test.txt: line 1: the text to train on lacks the character U+0009")
    #expect(
      error([98, 0xFF], train: train)
        == "test.txt: it is not UTF-8 text, as the text to train on is; save it as UTF-8")
    #expect(
      error([98, 10, 0xFE], train: [0xFF] + train)
        == "test.txt: line 2: the text to train on lacks the character of the byte FE")
    #expect(
      error(Array("bbb".utf8), train: train)
        == "test.txt: 3 characters are too few for windows of 4 + 1: it needs 5 or more; shorten "
        + "the context")
    #expect(
      error(Array("bbbbbb".utf8), train: [98, 98])
        == "a.txt: 2 characters are too few for windows of 4 + 1: it needs 9 or more; shorten "
        + "the context")
    let both = #expect(throws: ConfigError.self) {
      try dataConfig("name: text, context: 4, path: a.txt, paths: [b.txt]")
    }
    #expect(
      both?.description
        == "test:1: data.paths: a text has one of path and paths; remove the other")
  }

  private func load(_ bytes: [UInt8], context: Int) throws -> Dataset {
    let folder = try TemporaryFolder()
    try folder.write(bytes, to: "a.txt")
    let config = try dataConfig(
      "name: text, path: \"\(folder.file("a.txt"))\", context: \(context)")
    return try config.source.load(loss: .crossEntropy, seed: 0)
  }
}
