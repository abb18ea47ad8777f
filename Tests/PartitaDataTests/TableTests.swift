import Foundation
import PartitaConfig
import PartitaData
import PartitaGraph
import PartitaKeys
import TestFiles
import Testing

/// Tables as they come out of spreadsheets and data frames.
@Suite struct TableTests {
  /// Numbers get mean 0 and variance 1 over the training part, names become ones among zeros over
  /// its sorted values, and labels are numbered in the order of their names.
  @Test func columnsBecomeValues() throws {
    let data = try load(
      "age,colour,kind\n1,red,b\n2,blue,a\n6,red,b\n", test: "kind,colour,age\na,blue,3\n")
    #expect(data.input == SampleType(shape: [3], element: .float32))
    #expect(data.classes == 2)
    let deviation = (14.0 / 3).squareRoot()
    let ages = [1.0, 2, 6, 3].map { Float(($0 - 3) / deviation) }
    #expect(
      data.train.values([0, 1, 2], width: 3)
        == [ages[0], 0, 1, ages[1], 1, 0, ages[2], 0, 1])
    #expect(data.train.classNumbers([0, 1, 2]) == [1, 0, 1])
    #expect(data.test.values([0], width: 3) == [ages[3], 1, 0])
    #expect(data.test.classNumbers([0]) == [0])
    #expect(data.notes["classes"] == #"["a","b"]"#)
    #expect(
      data.notes["columns"]
        == #"[{"name":"age","kind":"number","mean":3.0,"deviation":\#(deviation)},"#
        + #"{"name":"colour","kind":"categories","categories":["blue","red"]}]"#)
  }

  /// RFC 4180, and what programs write besides: quotes, line breaks and separators in them, CRLF,
  /// a byte order mark, empty lines, no line's end at the end.
  @Test func formsOfCSV() throws {
    let plain = try load("a,b,y\n1,x,0\n2,\"u,\"\"v\n\",1\n3,x,0\n", test: "a,b,y\n3,x,0")
    #expect(plain.notes["columns"]?.contains(#"["u,\"v\n","x"]"#) == true)
    for text in [
      "\u{FEFF}a,b,y\n1,x,0\n2,\"u,\"\"v\n\",1\n3,x,0\n",
      "a,b,y\r\n1,x,0\r\n\r\n\"2\",\"u,\"\"v\n\",1\r\n3,x,0\r\n\r\n",
      "a,b,y\r1,x,0\r2,\"u,\"\"v\n\",1\r 3 ,\"x\",0",
    ] {
      let other = try load(text, test: "a,b,y\n3,x,0\n")
      #expect(other.notes == plain.notes)
      #expect(other.train.values([0, 1, 2], width: 3) == plain.train.values([0, 1, 2], width: 3))
    }
    let semicolons = try load(
      "a;b;y\n1;x;0\n2;\"u,\"\"v\n\";1\n3;x;0\n", test: "a;b;y\n3;x;0", "separator: \";\"")
    #expect(semicolons.notes == plain.notes)
    let tabs = try load(
      "a\tb\ty\n1\tx\t0\n2\t\"u,\"\"v\n\"\t1\n3\tx\t0\n", test: "a\tb\ty\n3\tx\t0",
      "separator: \"\\t\"")
    #expect(tabs.notes == plain.notes)
  }

  /// Only what is asked for is read; numbers may be names; without normalisation they stay.
  @Test func columnsOfChoice() throws {
    let data = try load(
      "zip,size,name,y\n10,1e-1,n,2\n9,-2.5,?,10\n", test: "y,zip,size\n2,9,7\n",
      "columns: [size, zip], categorical: [zip], normalize: false")
    #expect(data.train.values([0, 1], width: 3) == [0.1, 1, 0, -2.5, 0, 1])
    #expect(data.test.values([0], width: 3) == [7, 0, 1])
    // Whole numbers are classes in the order of numbers.
    #expect(data.notes["classes"] == #"["2","10"]"#)
    #expect(data.train.classNumbers([0, 1]) == [0, 1])
  }

  /// The part that tests is a function of the fraction and its seed, keeps the order of the file, and
  /// takes no part in the moments.
  @Test func aPartOfTheRowsTests() throws {
    let text = "x,y\n" + (0..<40).map { "\($0),\($0 % 3)\n" }.joined()
    let data = try load(text, "test_fraction: 0.25, split_seed: 3, normalize: false")
    let train = data.train.values(Array(0..<30), width: 1)
    let test = data.test.values(Array(0..<10), width: 1)
    #expect(train == train.sorted() && test == test.sorted())
    #expect((train + test).sorted() == (0..<40).map { Float($0) })
    #expect(test.map { Int32($0) % 3 } == data.test.classNumbers(Array(0..<10)))
    let other = try load(text, "test_fraction: 0.25, split_seed: 4, normalize: false")
    #expect(other.test.values(Array(0..<10), width: 1) != test)
    let scaled = try load(text, "test_fraction: 0.25, split_seed: 3, train_samples: 7")
    #expect((scaled.train.count, scaled.test.count) == (7, 10))
    let mean = train.map(Double.init).reduce(0, +) / 30
    let variance = train.map { (Double($0) - mean) * (Double($0) - mean) }.reduce(0, +) / 30
    #expect(
      scaled.test.values([4], width: 1)
        == [Float((Double(test[4]) - mean) / variance.squareRoot())])
  }

  /// Numbers of every form are the nearest Doubles, as Swift reads them.
  @Test func numbersAreRoundedOnce() throws {
    var words = [
      "0", "-0", "7", "0.1", "-0.3", "123456789.125", "9007199254740992", "9007199254740993",
      "0.9007199254740993", "1e22", "1E-7", "+4.5", ".5", "5.", "-.25", "0.00000000000001",
      "0.1234567890123456", "12345678901234567890", "3.4e38", "5e-324", "000.10",
    ]
    for index in 0..<200 {
      words.append("\(Double(index * index * 7919) / 1000 / Double(index + 1))")
    }
    let names = words.indices.map { "c\($0)" }.joined(separator: ",")
    let text = "\(names),y\n\(words.joined(separator: ",")),0\n"
    let notes = try load(
      text, test: "\(names),y\n\(words.map { _ in "0" }.joined(separator: ",")),0\n"
    )
    .notes["columns"]
    let means = try #require(notes).split(separator: "\"mean\":").dropFirst().map {
      Double($0.prefix { $0 != "," })
    }
    #expect(means == words.map { Double($0) })
  }

  /// A column without variance is only shifted.
  @Test func aConstantColumn() throws {
    let data = try load("x,y\n5,0\n5,1\n", test: "x,y\n7,0\n")
    #expect(data.train.values([0, 1], width: 1) == [0, 0])
    #expect(data.test.values([0], width: 1) == [2])
  }

  @Test func isDescribedAsItIsLoaded() throws {
    let folder = try TemporaryFolder()
    try folder.write(Array("x,c,y\n1,a,0\n2,b,1\n3,a,2\n4,b,0\n".utf8), to: "a.csv")
    for loss in LossKind.allCases {
      let source = try dataConfig("name: csv, path: \"\(folder.file("a.csv"))\", label: y").source
      #expect(try source.describe(loss: loss) == source.load(loss: loss, seed: 0).description)
    }
  }

  /// Each says where it is and what would fit.
  @Test(arguments: [
    ("", "line 1: the header is missing: the first line names the columns"),
    ("size,zip\n1,2\n", "there is no column \"y\". Known here: size, zip"),
    ("x,Y\n1,2\n", "there is no column \"y\"; did you mean \"Y\"? Known here: x, Y"),
    ("x,y,x\n", "line 1: the header has \"x\" twice"),
    ("y\n1\n", "line 1: there is no column beside the label"),
    (
      ",y\n0,1\n",
      "line 1: column 1 has no name; name it, or list the columns to read as data.columns"
    ),
    ("x,y\n1,2\n3\n", "line 3: it has 1 cell, and the header 2"),
    ("x,y\n1,2\n\n\"a\nb\",3,4\n", "line 4: it has 3 cells, and the header 2"),
    ("x,y\n1,\"2\n", "line 2: the quotes that begin here have no end"),
    (
      "x,y\n1,2\"\n",
      "line 2: a quote stands inside a cell without quotes; put the cell in quotes, and the quote "
        + "twice"
    ),
    (
      "x,y\n\"1\"2,2\n",
      "line 2: after the quotes of a cell its separator or the line's end is missing"
    ),
    ("x,y\n1,\n", "line 2: the label is missing"),
    ("x,y\n1,1\n", "it has 1 row below its header, and training and test need 2 or more"),
    (
      "x,y\n1,1\n2,1\n NA ,0\n?,0\n5,1\n",
      "line 4: column \"x\": a value is missing (\" NA \"); fill it in, or leave the row or the "
        + "column out"
    ),
  ])
  func whatIsWrong(_ text: String, _ problem: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(Array(text.utf8), to: "a.csv")
    let error = #expect(throws: DataError.self) {
      try dataConfig(
        "name: csv, path: \"\(folder.file("a.csv"))\", label: y, test_fraction: 0.01, split_seed: 1"
      ).source.load(loss: .crossEntropy, seed: 0)
    }
    #expect(error?.description == "\(folder.file("a.csv")): \(problem)")
  }

  /// What training hasn't seen is refused with its line and column.
  @Test func theTestHasNothingNew() throws {
    let text = "x,c,y\n1,a,no\n2,b,yes\n"
    func error(_ test: String) throws -> String? {
      let folder = try TemporaryFolder()
      let error = #expect(throws: DataError.self) { try load(text, test: test, in: folder) }
      return error.map { String($0.description.dropFirst(folder.path.count + 1)) }
    }
    #expect(
      try error("x,c,y\n1,a,no\n1,e,no\n")
        == "test.csv: line 3: column \"c\": the samples to train on have no \"e\"; they have: a, b")
    #expect(
      try error("x,c,y\n1,a,maybe\n")
        == "test.csv: line 2: the samples to train on have no label \"maybe\"; they have: no, yes")
    #expect(
      try error("x,c,y\nfew,a,no\n") == "test.csv: line 2: column \"x\": \"few\" is no number")
    #expect(try error("x,c,y\n") == "test.csv: it has no row below its header to test on")
    #expect(
      try error("x,d,y\n1,a,no\n")
        == "test.csv: there is no column \"c\"; did you mean \"x\"? Known here: x, d, y")
    #expect(
      try error("x,c,y\n1e300,a,no\n") == "test.csv: line 2: column \"x\": 1e300 is too large")
  }

  /// A mistake that makes names of numbers is found by their number.
  @Test func tooManyNames() throws {
    let text = "x,y\n" + (0..<5000).map { "\"\($0),5\",1\n" }.joined()
    let error = #expect(throws: DataError.self) { try load(text, test: "x,y\n1,1\n") }
    #expect(
      error?.description.hasSuffix(
        "a.csv: line 4098: column \"x\": more than 4096 different names, for line 2 has \"0,5\" "
          + "there; leave the column out by data.columns, or mend it") == true)
    let labels = "x,y\n" + (0...65_536).map { "1,\($0)\n" }.joined()
    let many = #expect(throws: DataError.self) { try load(labels, test: "x,y\n1,1\n") }
    #expect(many?.description.contains("line 65538: more than 65536 different labels") == true)
  }

  /// No beginning of a table traps, and no changed byte does.
  @Test func garbage() throws {
    let folder = try TemporaryFolder()
    let whole = Array("\u{FEFF}a,b,y\r\n1,\"x\"\"\n\",0\r\n2,ö,1\r\n3,ö,0\r\n".utf8)
    let config = try dataConfig("name: csv, path: \"\(folder.file("a.csv"))\", label: y")
    for count in 0...whole.count {
      try folder.write(Array(whole[..<count]), to: "a.csv")
      _ = try? config.source.load(loss: .crossEntropy, seed: 0)
    }
    for index in whole.indices {
      for byte: UInt8 in [0, 10, 13, 34, 44, 0xFF] {
        var changed = whole
        changed[index] = byte
        try folder.write(changed, to: "a.csv")
        _ = try? config.source.load(loss: .crossEntropy, seed: 0)
      }
    }
  }

  /// What notes hold encodes rows as training did, also after a way through JSON.
  @Test func theEncodingEncodesNewRows() throws {
    let data = try load(
      "age,colour,y\n1,red,b\n2,blue,a\n6,red,b\n", test: "age,colour,y\n6,red,a\n")
    let text = try #require(data.notes["columns"])
    let encoding = try TableEncoding(json: text, source: "columns")
    #expect("\(encoding.json)" == text)
    #expect(
      try encoding.encode(row: ["colour": "red", "age": "6", "more": "!"])
        == data.test.values([0], width: 3))
    func error(_ row: [String: String]) -> String? {
      let error = #expect(throws: TableError.self) { try encoding.encode(row: row) }
      return error?.description
    }
    #expect(error(["age": "1"]) == "column \"colour\": the row has no such column")
    #expect(error(["age": "old", "colour": "red"]) == "column \"age\": \"old\" is no number")
    #expect(
      error(["age": "1", "colour": "grey"])
        == "column \"colour\": the samples to train on have no \"grey\"; they have: blue, red")
    for text in ["", "[1]", #"[{"name":"a","kind":"word"}]"#, text + "]"] {
      #expect(throws: (any Error).self) { try TableEncoding(json: text, source: "columns") }
    }
  }

  private func load(
    _ text: String, test: String? = nil, _ keys: String = "normalize: true",
    in folder: TemporaryFolder? = nil
  ) throws -> Dataset {
    let folder = try folder ?? TemporaryFolder()
    try folder.write(Array(text.utf8), to: "a.csv")
    var section = "name: csv, path: \"\(folder.file("a.csv"))\", label: \(label(of: text)), \(keys)"
    if let test {
      try folder.write(Array(test.utf8), to: "test.csv")
      section += ", test_path: \"\(folder.file("test.csv"))\""
    }
    return try dataConfig(section).source.load(loss: .crossEntropy, seed: 0)
  }

  private func label(of text: String) -> String { text.hasPrefix("age,colour,kind") ? "kind" : "y" }
}

extension Dataset.Split {
  /// The inputs of `samples`, `width` values each.
  func values(_ samples: [Int], width: Int) -> [Float] {
    var values = [Float](repeating: -1, count: width * samples.count)
    values.withUnsafeMutableBytes { write(inputs: samples.span, epoch: 0, into: $0) }
    return values
  }
}
