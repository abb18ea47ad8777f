import Foundation
import PartitaFiles
import PartitaPlan
import TestFiles
import Testing

/// A profile's file keeps its numbers; one that was edited wrongly is refused by path and key.
@Suite struct ProfileFileTests {
  static func profile() throws -> Profile {
    func timing(_ seconds: Double) -> Timing { Timing(measured: [seconds, 2 * seconds]) }
    let layers = ["first", "second"].map { name in
      LayerProfile(
        name: name,
        bytes: .init(
          parameters: 8, gradients: 8, state: 0, leavingPerSample: 4, stashPerSample: 12),
        sizes: [2, 4].map { samples in
          let seconds = Double(samples) * 1e-6
          return .init(
            samples: samples, fill: timing(seconds), forward: timing(seconds),
            inputGradient: timing(seconds), weightGradient: timing(seconds),
            backward: timing(seconds))
        }, addition: timing(1e-6), update: timing(1e-6), finish: .zero)
    }
    let curve = MessageProfile.Curve([.init(bytes: 8, seconds: timing(1e-6))])
    return try Profile(
      kind: .measured, device: "a : device",
      setting: .init(samples: 4, microbatches: 2, gradientGroups: 2, ranks: 2), layers: layers,
      step: .init(
        exchange: timing(1e-6), objective: .zero, action: .zero, whole: layers[0].sizes[1],
        serial: timing(1e-5)),
      messages: MessageProfile(
        ranks: 2, links: [.init(from: 0, to: 1, curve: curve)],
        reductions: [.init(ranks: 2, curve: curve)], exchanges: []))
  }

  @Test func roundTrip() throws {
    let folder = try TemporaryFolder()
    let profile = try Self.profile()
    try ProfileFile.write(profile, to: folder.file("a.profile.json"))
    #expect(try folder.names == ["a.profile.json"])
    // Written once, seconds are whole tenths of nanoseconds, and stay as they are.
    let first = try ProfileFile.read(folder.file("a.profile.json"))
    try ProfileFile.write(first, to: folder.file("b.profile.json"))
    #expect(try ProfileFile.read(folder.file("b.profile.json")) == first)
    #expect(first.setting == profile.setting && first.device == profile.device)
    #expect(first.layers.map(\.bytes) == profile.layers.map(\.bytes))
    for (read, written) in zip(first.layers, profile.layers) {
      for work in LayerWork.allCases {
        let difference = read.seconds(work, samples: 4) - written.seconds(work, samples: 4)
        #expect(abs(difference) <= 1e-10)
      }
    }
    #expect(first.messages?.links.map(\.to) == [1] && first.step.serial?.repeats == 2)
    let text = String(decoding: try folder.read("a.profile.json"), as: UTF8.self)
    #expect(text.contains("\"device\": \"a : device\""))
    #expect(text.contains("\"partita_version\": \"\(PartitaVersion.current)\""))
    // A timing is a line.
    #expect(text.split(separator: "\n").contains { $0.contains("median") && $0.contains("range") })
  }

  /// A change of the file, and what is said of it.
  @Test(arguments: [
    ("\"version\": 1", "\"version\": 2", "version: found 2, expected 1"),
    ("\"kind\": \"measured\"", "\"kind\": \"guessed\"", "kind: found 'guessed', expected measured"),
    (
      "\"samples\": 2", "\"samples\": 2.5",
      "layers[0].sizes[0].samples: found 2.5, expected a whole"
    ),
    ("\"samples\": 2", "\"samples\": -2", "layers[0].sizes[0].samples: found -2, expected a whole"),
    ("\"samples\": 2", "\"samples\": 9", "layers[0].sizes: expected at least one size, with"),
    ("\"parameters\": 8", "\"parameters\": \"8\"", "layers[0].bytes.parameters: expected a whole"),
    ("\"parameters\": 8", "\"parameter\": 8", "did you mean 'parameters'?"),
    ("\"name\": \"second\"", "\"name\": \"first\"", "layers: two layers are named 'first'"),
    ("\"bytes\": 8", "\"bytes\": -8", "messages.links[0].curve[0].bytes: found -8"),
    ("\"finish\": 0", "\"finish\": -1", "layers[0].finish: found -1.0, expected a finite number"),
    ("\"finish\": 0", "\"finish\": 1e999", "a.profile.json: "),
    ("\"finish\": 0", "\"finish\": null", "layers[0].finish: "),
    ("\"finish\": 0,", "", "layers[0].finish: this key is missing"),
    ("\"repeats\": 2", "\"repeats\": 0", "repeats: found 0, expected a whole number of at least 1"),
    (
      "\"parameters\": 8", "\"parameters\": 9007199254740991",
      "layers: its layers have more than 35184372088832 bytes in all"
    ),
    (
      "\"parameters\": 8", "\"parameters\": 9007199254740992",
      "expected a whole number of at least 0"
    ),
    ("\"finish\": 0", "\"finish\": 1e300", "layers: layer 'first' takes 1e+300 seconds, and none"),
    (
      "\"samples\": 2", "\"samples\": 2147483648",
      "a whole number of at least 1 and at most 2147483647"
    ),
    ("\"step\": {", "\"step\": ", "this is not JSON"),
  ])
  func isRefused(_ old: String, _ new: String, _ words: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.profile.json")
    try ProfileFile.write(try Self.profile(), to: path)
    let text = String(decoding: try folder.read("a.profile.json"), as: UTF8.self)
    #expect(text.contains(old), "\(text)")
    let edited = text.replacing(old, with: new, maxReplacements: 1)
    try folder.write(Array(edited.utf8), to: "a.profile.json")
    let error = #expect(throws: FileError.self) { try ProfileFile.read(path) }
    #expect(error?.description.hasPrefix(path + ": ") == true)
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }

  /// Files that don't say by which version they were written are read as before.
  @Test func olderFilesAreRead() throws {
    let folder = try TemporaryFolder()
    try ProfileFile.write(Self.profile(), to: folder.file("new.profile.json"))
    let text = String(decoding: try folder.read("new.profile.json"), as: UTF8.self)
    let old = text.replacing("\"partita_version\": \"\(PartitaVersion.current)\",", with: "")
    #expect(old != text)
    try folder.write(Array(old.utf8), to: "old.profile.json")
    #expect(
      try ProfileFile.read(folder.file("old.profile.json"))
        == ProfileFile.read(folder.file("new.profile.json")))
  }

  /// No file that was cut off is a profile, and none makes the reader crash.
  @Test func truncated() throws {
    let folder = try TemporaryFolder()
    try ProfileFile.write(try Self.profile(), to: folder.file("a.profile.json"))
    let bytes = try folder.read("a.profile.json")
    for count in stride(from: 0, to: bytes.count - 2, by: 97) {
      try folder.write(Array(bytes.prefix(count)), to: "b.profile.json")
      #expect(throws: FileError.self) { try ProfileFile.read(folder.file("b.profile.json")) }
    }
  }
}
