import PartitaData
import PartitaFiles
import PartitaGraph
import TestFiles
import Testing

/// Files that a network is asked about become the inputs that they were in training.
@Suite struct NewSamplesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func inputs(_ samples: NewSamples) -> [Float] {
    let dataset = samples.dataset(labels: [], classes: 2, loss: .crossEntropy)
    return (0..<samples.count).flatMap {
      dataset.test.inputs([$0]).prefix(samples.input.elementCount)
    }
  }

  private func problem(_ body: () throws -> Void) -> String? {
    do { try body() } catch { return "\(error)" }
    return nil
  }

  /// Rows, by the moments and names of the training part; other columns and labels are read over.
  @Test func rowsOfTables() throws {
    let text = "size,kind,class\n1,a,x\n2,b,y\n4,a,x\n8,b,y\n3,a,x\n"
    try folder.write(Array(text.utf8), to: "all.csv")
    let source = try dataConfig("name: csv, path: \(folder.file("all.csv")), label: class").source
    let data = try source.load(loss: .crossEntropy, seed: 0)
    try folder.write(Array("other,kind,size\n9,a,4\n9,b,8\n".utf8), to: "new.csv")
    let new = try source.newSamples(in: [folder.file("new.csv")], notes: data.notes)
    #expect(new.names == ["\(folder.file("new.csv")):2", "\(folder.file("new.csv")):3"])
    let known = (0..<data.train.count).map { Array(data.train.inputs([$0]).prefix(3)) }
    // Rows of the training part are there, coded alike.
    let rows = inputs(new)
    #expect(known.contains(Array(rows.prefix(3))) || known.contains(Array(rows.suffix(3))))
    try folder.write(Array("kind,size\nc,4\n".utf8), to: "bad.csv")
    #expect(
      problem { _ = try source.newSamples(in: [folder.file("bad.csv")], notes: data.notes) }
        == "\(folder.file("bad.csv")): line 2: column \"kind\": the samples to train on have no "
        + "\"c\"; they have: a, b")
    #expect(
      problem { _ = try source.newSamples(in: [folder.file("new.csv")], notes: [:]) }
        == "the weights' file has no note of columns, which says how inputs were made: it isn't "
        + "Partita's own")
  }

  /// IDX files and single images, with the training's moments of each channel.
  @Test func images() throws {
    let pixels: [UInt8] = [0, 10, 20, 30, 40, 50, 60, 70]
    try folder.write([0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0, 2] + pixels, to: "images")
    try folder.write([0, 0, 8, 1, 0, 0, 0, 4, 5, 7, 5, 7], to: "labels")
    let keys = "images: \(folder.file("images")), labels: \(folder.file("labels"))"
    let source = try dataConfig("name: idx, \(keys), normalize: true").source
    let data = try source.load(loss: .crossEntropy, seed: 0)
    let new = try source.newSamples(in: [folder.file("images")], notes: data.notes)
    #expect(new.input == data.input && new.count == 4)
    #expect(new.names[3] == "\(folder.file("images"))#3")
    let all = inputs(new)
    for sample in 0..<data.train.count {
      let row = data.train.inputs([sample])
      #expect((0..<4).contains { Array(all[2 * $0..<2 * $0 + 2]) == row })
    }
    try folder.write(ImageFiles.png(1, 2, .grey, [20, 30]), to: "one.png")
    let one = try source.newSamples(in: [folder.file("one.png")], notes: data.notes)
    #expect(inputs(one) == Array(all[2..<4]) && one.names == [folder.file("one.png")])
    try folder.write(ImageFiles.png(2, 1, .grey, [20, 30]), to: "other.png")
    #expect(
      problem {
        _ = try source.newSamples(
          in: [folder.file("one.png"), folder.file("other.png")], notes: data.notes)
      }
        == "\(folder.file("other.png")): its images are of shape [1, 2, 1], those of "
        + "\(folder.file("one.png")) of [1, 1, 2]")
  }

  /// What has no files says so.
  @Test func setsWithoutFiles() throws {
    let source = try dataConfig("name: text, path: a.txt, context: 3").source
    #expect(
      problem { _ = try source.newSamples(in: ["a"], notes: [:]) }
        == "data.name: a network that was trained on text can't be asked about files")
  }
}
