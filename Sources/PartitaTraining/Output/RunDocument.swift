internal import Foundation
internal import PartitaConfig
public import PartitaFiles
public import PartitaPlan

/// What a run is and how it has ended: `run.json` in its folder.
public struct RunDocument: Hashable, Sendable, Codable {
  /// How a run stands.
  public enum Ending: String, Hashable, Sendable, Codable {
    /// It runs, or was lost without a word.
    case running
    /// It has trained to its last step.
    case finished
    /// It was asked to stop, and has saved where it stands.
    case stopped
    /// It can't go on as it is.
    case failed
  }

  static let fileName = "run.json"

  var version = PartitaVersion.current
  let command: [String]
  let host: String
  /// Its ranks.
  public let ranks: Int
  let libraries: [String: String]
  /// Who holds which layers.
  public let plan: Plan
  /// The schedule's name.
  public let schedule: String
  let digests: [String: String]
  /// When the run began, as 2026-01-31T12:00:00Z.
  public let started: String
  var resumedFrom: String?
  private(set) var ended: String?
  /// How it stands.
  public private(set) var ending = Ending.running
  /// The words of what has ended it early.
  public private(set) var problem: String?

  enum CodingKeys: String, CodingKey {
    case version = "partita_version"
    case command, host, ranks, libraries, plan, schedule, digests, started, ended, ending, problem
    case resumedFrom = "resumed_from"
  }

  /// A run that begins now.
  /// - Parameters:
  ///   - experiment: the run.
  ///   - command: its command line.
  ///   - resumedFrom: the checkpoint that it goes on from.
  ///   - libraries: names and versions of what it is linked with.
  ///   - digests: of the data, and of the initial weights where they come from a file.
  public init(
    _ experiment: Experiment, command: [String], libraries: [String: String],
    digests: [String: String], resumedFrom: String?
  ) {
    self.command = command
    host = ProcessInfo.processInfo.hostName
    ranks = experiment.plan.worldSize
    self.libraries = libraries
    plan = experiment.plan
    schedule = experiment.orderName
    self.digests = digests
    started = Self.now
    self.resumedFrom = resumedFrom
  }

  /// Whether the run has nothing left to do.
  public var isFinished: Bool { ending == .finished }

  /// Reads that of a run's folder.
  /// - Throws: `FileError` where there is none, or none of the right form.
  public static func read(_ folder: String) throws(FileError) -> RunDocument {
    try JSONFile.read(RunDocument.self, from: "\(folder)/\(fileName)")
  }

  /// Writes it to a run's folder.
  /// - Throws: `FileError` where it can't be written.
  public func write(_ folder: String) throws(FileError) {
    try JSONFile.write(self, .table, to: "\(folder)/\(Self.fileName)")
  }

  /// Notes how the run has ended.
  public mutating func end(_ ending: Ending, problem: String? = nil) {
    ended = Self.now
    self.ending = ending
    self.problem = problem
  }

  private static var now: String { Date.now.formatted(.iso8601) }
}
