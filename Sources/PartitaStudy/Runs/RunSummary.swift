internal import Foundation
public import PartitaFiles
internal import PartitaTraining

/// What a run's folder holds, in a line.
public struct RunSummary: Sendable, Encodable {
  /// How a run stands.
  public enum State: String, Sendable, Codable {
    /// It is being trained.
    case running
    /// It was lost without a word: `train --resume` goes on.
    case lost
    /// It has trained to its last step.
    case finished
    /// It was asked to stop, and can go on.
    case stopped
    /// It can't go on as it is.
    case failed
  }

  /// The run's folder.
  public let folder: String
  /// How it stands.
  public let state: State
  /// When it began, as 2026-01-31T12:00:00Z.
  public let started: String
  /// Its ranks, its plan as `2 x 2`, and its schedule.
  public let ranks: Int
  public let plan, schedule: String
  /// The steps that its metrics know.
  public let steps: Int
  /// What the last step came to, and the last look at the test set.
  public let loss, testLoss, testAccuracy: Double?
  /// What has ended it early.
  public let problem: String?

  private enum CodingKeys: String, CodingKey {
    case folder, state, started, ranks, plan, schedule, steps, loss, problem
    case testLoss = "test_loss"
    case testAccuracy = "test_accuracy"
  }

  /// Reads what a folder holds.
  /// - Throws: `FileError` where it is no run's, or a file of it is damaged.
  public init(of folder: String) throws(FileError) {
    let document = try RunDocument.read(folder)
    let events = RunEvent.all(in: try RunFolder.metrics(of: folder))
    let tested = events.last { $0.testLoss != nil }
    self.folder = folder
    state =
      switch document.ending {
      case .running: RunFolder.isHeld(folder) ? .running : .lost
      case .finished: .finished
      case .stopped: .stopped
      case .failed: .failed
      }
    started = document.started
    ranks = document.ranks
    plan = "\(document.plan)"
    schedule = document.schedule
    steps = events.compactMap(\.step).max() ?? 0
    loss = events.last { $0.kind == .step }?.loss
    testLoss = tested?.testLoss
    testAccuracy = tested?.testAccuracy
    problem = document.problem
  }

  /// The runs at and below a folder, the oldest first, and what can't be read of those that are there.
  ///
  /// Complexity: a look at every folder that is in no run's.
  /// - Throws: `FileError.unreadable` where there is no such folder.
  public static func all(
    below folder: String
  ) throws(FileError) -> (runs: [RunSummary], problems: [FileError]) {
    guard isDirectory(folder) else {
      throw .unreadable(path: folder, reason: "this is no folder")
    }
    var (runs, problems) = ([RunSummary](), [FileError]())
    var rest = [withoutSlash(folder)]
    while let next = rest.popLast() {
      if RunFolder.hasDocument(next) {
        do { runs.append(try RunSummary(of: next)) } catch { problems.append(error) }
        continue
      }
      let names = (try? FileManager.default.contentsOfDirectory(atPath: next)) ?? []
      rest += names.sorted(by: >).filter { !$0.hasPrefix(".") }.map { "\(next)/\($0)" }.filter {
        isDirectory($0)
          && (try? FileManager.default.destinationOfSymbolicLink(atPath: $0)) == nil
      }
    }
    return (runs.sorted { ($0.started, $0.folder) < ($1.started, $1.folder) }, problems)
  }
}
