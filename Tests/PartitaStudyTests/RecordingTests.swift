import Foundation
import PartitaConfig
import PartitaFiles
import PartitaPlan
import PartitaSchedule
import PartitaStudy
import PartitaTraining
import TestFiles
import Testing

/// A study that was ended early goes on: it measures nothing again, and comes to the same.
@Suite struct RecordingTests {
  private static let trace = Trace(
    ranks: [
      Trace.Rank(
        name: "rank 0",
        spans: [
          Trace.Span(
            start: 0, end: 12.345 * 1e-6, category: .forward,
            action: ComputeAction("0F0").map(Action.compute)),
          Trace.Span(
            start: 12.345 * 1e-6, end: (12.345 + 3.21) * 1e-6, category: .wait, action: nil),
        ])
    ], messages: [])

  private static func profile() throws -> Profile {
    let config = try ScalingTests.config().with(parallel: .serial)
    let profile = try Experiment(config, data: config.describeData(), worldSize: 1)
      .analyticProfile(on: Cluster(contentsOf: ScalingTests.cluster))
    // Launchers bring back what a file holds.
    let folder = try TemporaryFolder()
    try ProfileFile.write(profile, to: folder.file("a.profile.json"))
    return try ProfileFile.read(folder.file("a.profile.json"))
  }

  private func launcher(after earlier: Int = 0) throws -> FakeLauncher {
    let launcher = FakeLauncher()
    launcher.earlier = earlier
    launcher.secondsOfLaunch = { 0.001 * Double($0) }
    launcher.trace = Self.trace
    launcher.profile = try Self.profile()
    return launcher
  }

  private func identity(_ overrides: String..., options: [(String, String?)] = []) throws
    -> StudyIdentity
  {
    StudyIdentity(
      try TrainingConfig(contentsOf: ScalingTests.digits, overrides: overrides),
      options: options.map { (name: $0.0, value: $0.1) })
  }

  private struct Outcome: Equatable {
    var records: [[BenchRecord]] = []
    var traces: [Trace?] = []
    var profiles: [Profile] = []
    var fromBefore: [Bool] = []
  }

  /// Warm-ups, then rounds with a profile each, then traces: nine launches.
  private func study(
    _ folder: TemporaryFolder, _ launcher: FakeLauncher, resumes: Bool = true
  ) throws -> Outcome {
    let measured = try MeasuredFile(
      in: OutputDirectory(folder.file("out")), for: identity(), resumes: resumes)
    let recording = RecordingLauncher(launcher, in: measured)
    let cases = try [1, 2].map {
      try ScalingCase(ScalingTests.config(), ranks: $0, isWeak: false)
    }
    let study = ScalingStudy(cases: cases, repeats: 2)
    var outcome = Outcome()
    let profiles = MeasuredProfiles(recording) { _, isKnown in outcome.fromBefore.append(isKnown) }
    let results = try study.measure(
      recording,
      beforeRound: { _ in
        outcome.profiles.append(try profiles.profile(cases[0].experiment.config, ranks: 1))
      }, onProgress: { outcome.fromBefore.append($0.isFromBefore) })
    outcome.records = results.map(\.records)
    outcome.traces = [try study.trace(of: cases[1], recording)]
    try measured.end()
    return outcome
  }

  @Test func aStudyGoesOnFromEveryLaunch() throws {
    let whole = try TemporaryFolder()
    let first = try launcher()
    var expected = try study(whole, first)
    #expect(first.launches.count == 9 && expected.fromBefore == Array(repeating: false, count: 8))
    #expect(expected.traces == [Self.trace])
    for failing in 1...9 {
      let folder = try TemporaryFolder()
      let broken = try launcher()
      broken.failing = [failing]
      #expect(throws: ScalingError.self) { try study(folder, broken) }
      let rest = try launcher(after: failing - 1)
      let outcome = try study(folder, rest)
      #expect(rest.launches.map(\.ranks) == first.launches.dropFirst(failing - 1).map(\.ranks))
      expected.fromBefore = (1...8).map { $0 < failing }
      #expect(outcome == expected, "ended at launch \(failing)")
      let again = try launcher()
      #expect(try study(folder, again).records == expected.records && again.launches.isEmpty)
    }
  }

  @Test func aLineThatWasCutOffIsMeasuredAgain() throws {
    let folder = try TemporaryFolder()
    let broken = try launcher()
    broken.failing = [4]
    #expect(throws: ScalingError.self) { try study(folder, broken) }
    let bytes = try folder.read("out/measured.jsonl")
    let whole = try #require(bytes.dropLast().lastIndex(of: UInt8(ascii: "\n"))) + 1
    for length in [whole, whole + 1, (whole + bytes.count) / 2, bytes.count - 1] {
      try folder.write(Array(bytes[..<length]), to: "out/measured.jsonl")
      let rest = try launcher(after: 2)
      _ = try study(folder, rest)
      #expect(rest.launches.count == 7, "cut after \(length) of \(bytes.count) bytes")
      let lines = try folder.read("out/measured.jsonl").split(separator: UInt8(ascii: "\n"))
      #expect(lines.count == 11 && lines.allSatisfy { $0.last == UInt8(ascii: "}") })
    }
  }

  @Test func anotherStudyIsNotGoneOnWith() throws {
    let folder = try TemporaryFolder()
    let directory = try OutputDirectory(folder.path)
    let first = try identity(options: [("--repeats", "5"), ("--weak", "given")])
    _ = try MeasuredFile(in: directory, for: first, resumes: true)
    let path = directory.file("measured.jsonl")
    for (other, difference) in [
      (try identity(options: [("--repeats", "2")]), "--repeats was 5 and is 2"),
      (
        try identity(options: [("--repeats", "5"), ("--weak", nil)]),
        "--weak was given and is not given"
      ),
      (
        try identity(options: [("--repeats", "5"), ("--weak", "given"), ("--steps", "3")]),
        "--steps was not given and is 3"
      ),
      (
        try identity("training.batch=32", options: [("--repeats", "5"), ("--weak", "given")]),
        "training.batch was 64 and is 32"
      ),
    ] {
      #expect(throws: OtherStudyError(path: path, difference: difference)) {
        try MeasuredFile(in: directory, for: other, resumes: true)
      }
    }
    var text = String(decoding: try folder.read("measured.jsonl"), as: UTF8.self)
    text = text.replacing(PartitaVersion.current, with: "0.0.9")
    try folder.write(Array(text.utf8), to: "measured.jsonl")
    let error = #expect(throws: OtherStudyError.self) {
      try MeasuredFile(in: directory, for: first, resumes: true)
    }
    #expect(error?.difference == "partita_version was 0.0.9 and is \(PartitaVersion.current)")
    try folder.write(Array("words\n".utf8), to: "measured.jsonl")
    #expect(throws: FileError.malformed(path: path, problem: "the first line names no study")) {
      try MeasuredFile(in: directory, for: first, resumes: true)
    }
    #expect(try folder.read("measured.jsonl") == Array("words\n".utf8), "nothing is touched")
  }

  @Test func noMeasurementIsLost() throws {
    let folder = try TemporaryFolder()
    let directory = try OutputDirectory(folder.file("out"))
    func begin() throws -> MeasuredFile.Beginning {
      try MeasuredFile(in: directory, for: identity(), resumes: false).beginning
    }
    #expect(try begin() == .anew)
    #expect(try begin() == .anew, "nothing was measured")
    for number in [1, 2] {
      let broken = try launcher()
      broken.failing = [3]
      #expect(throws: ScalingError.self) { try study(folder, broken, resumes: false) }
      let before = try folder.read("out/measured.jsonl")
      let name = "measured-\(number).jsonl"
      #expect(try begin() == .setAside(count: 2, path: directory.file(name)))
      #expect(try folder.read("out/\(name)") == before)
    }
    _ = try study(folder, launcher(), resumes: false)
    #expect(try begin() == .anew, "the report is there")
  }

  @Test func aFolderIsOfOneStudyAtATime() throws {
    let folder = try TemporaryFolder()
    let directory = try OutputDirectory(folder.path)
    let first = try MeasuredFile(in: directory, for: identity(), resumes: false)
    #expect(throws: FileError.self) {
      try MeasuredFile(in: directory, for: identity(), resumes: true)
    }
    try first.end()
  }
}
