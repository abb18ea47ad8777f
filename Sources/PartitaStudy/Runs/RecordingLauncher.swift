public import PartitaConfig
internal import PartitaFiles
public import PartitaPlan
public import PartitaSchedule

/// A launcher that keeps what another one brings back, and launches nothing for what is known.
///
/// Trainings are passed on: they are compared bit by bit, not measured.
public struct RecordingLauncher: RunLauncher {
  private let launcher: any RunLauncher
  private let measured: MeasuredFile

  /// Launches by `launcher`, and keeps what comes of it in `measured`.
  public init(_ launcher: any RunLauncher, in measured: MeasuredFile) {
    self.launcher = launcher
    self.measured = measured
  }

  public var cores: Int { launcher.cores }

  public func remembers(_ request: RunRequest) -> Bool { measured.remembers(request.words) }

  public func measureSteps(
    _ config: TrainingConfig, ranks: Int, steps: Int
  ) throws -> BenchRecord {
    try measured.answer(
      RunRequest.steps(config, ranks: ranks, steps: steps).words, stored: BenchRecord.self,
      recalled: { $0 }, text: { "\($0.json)" },
      measure: { try launcher.measureSteps(config, ranks: ranks, steps: steps) })
  }

  public func traceStep(_ config: TrainingConfig, ranks: Int, steps: Int) throws -> Trace? {
    let name = "measured"
    return try measured.answer(
      RunRequest.trace(config, ranks: ranks, steps: steps).words, stored: TraceEvents?.self,
      recalled: { events in
        guard let events else { return .some(nil) }
        guard let trace = (try? events.traces)?.first?.trace else { return nil }
        return .some(trace)
      },
      // Only between its events is the text of a trace broken into lines.
      text: { $0.map { Perfetto.json([(name, $0)]).filter { $0 != "\n" } } ?? "null" },
      measure: { try launcher.traceStep(config, ranks: ranks, steps: steps) })
  }

  public func measureProfile(
    _ config: TrainingConfig, ranks: Int, seconds: Double
  ) throws -> Profile {
    try measured.answer(
      RunRequest.costs(config, ranks: ranks, seconds: seconds).words, stored: Profile.self,
      recalled: { $0 }, text: { try JSON.text(of: $0, .line).filter { $0 != "\n" } },
      measure: { try launcher.measureProfile(config, ranks: ranks, seconds: seconds) })
  }

  public func race(_ race: RaceRequest) throws -> RaceRecord {
    try measured.answer(
      RunRequest.race(race).words, stored: RaceRecord.self, recalled: { $0 },
      text: { try JSON.text(of: $0, .line).filter { $0 != "\n" } },
      measure: { try launcher.race(race) })
  }

  public func train(_ config: TrainingConfig, ranks: Int) throws -> RunRecord {
    try launcher.train(config, ranks: ranks)
  }
}
