import ArgumentParser
import PartitaConfig
import PartitaFiles
import PartitaTraining
import PartitaTransport

/// One rank's part of `partita train`: to the last step, and on with those who are left when a rank
/// is lost and the MPI library lets the others go on.
struct TrainingJob {
  private let options: TrainOptions
  /// The configuration as this rank finds it.
  private var file: ConfigOptions
  private let stop: StopRequest
  /// What an attempt that was broken off leaves to the next.
  private var trainer: Trainer?
  private var output: RunOutput?
  /// What the last step came to, which every rank knows.
  private var last: [TrainingEvent] = []
  /// Where the next attempt goes on, after the first.
  private var start: RunStart?

  init(_ options: TrainOptions, _ stop: StopRequest) {
    self.options = options
    file = options.config
    self.stop = stop
  }

  private var isFirst: Bool { start == nil }

  /// Trains from the start, a checkpoint, or what survivors have in memory.
  mutating func run(on session: RankSession) throws {
    file = try session.handed(file)
    let config = try session.agreedConfig {
      // Fewer ranks than the file's plan is for need a plan of their own.
      let config = try isFirst ? file.load() : file.loadWithOpenPlan()
      return try options.steps.map { try config.with(steps: $0) } ?? config
    }
    let resumption =
      isFirst
      ? try options.resume.flatMap {
        try Resumption.find($0, config, allowed: options.allowChange, session)
      } : nil
    let start = start ?? resumption.map { .checkpoint($0.point, sees: $0.sees) } ?? .beginning
    let prepared = try PreparedRun(
      config, session, from: start,
      planning: !isFirst ? .simple : options.analytic ? .analytic : .measured)
    let traceFile = try session.prepare { try session.speaks ? options.trace.file() : nil }
    let predicted = try session.prepare {
      try session.speaks ? options.trace.prediction(of: prepared.experiment) : nil
    }
    // Only when every rank could be set up is anything written.
    let output =
      try isFirst
      ? RunOutput(prepared, resumption, session, voice: options.voice)
      : RunOutput(
        prepared, after: output, step: start.step, last: start.isMemory ? last : [], session,
        voice: options.voice)
    (trainer, self.output) = (prepared.trainer, output)
    if isFirst { output.journal?.begin(prepared.experiment) }
    session.warnOfSharedCores()
    Signals.listen { [stop] _ in stop.ask() }
    var control = RunControl()
    control.place = output.place
    control.isStopRequested = { [stop] in stop.isAsked }
    control.complain = { Console.complain($0) }
    control.isTracing = options.trace.isWanted && isFirst
    let noteFailure = { (problem: String) -> Void in
      try? output.journal?.end(.failed, problem: problem)
    }
    try session.perform(onFailure: noteFailure) {
      let ending = try prepared.trainer.run(control) { event in
        switch event {
        case .step: last = [event]
        case .epoch: last.append(event)
        case .best, .checkpoint, .end: break
        }
        try output.journal?.record(event)
      }
      Signals.listen(nil)
      if let traceFile, let step = ending.trace {
        try options.trace.write(step, predicted: predicted, to: traceFile)
      }
      guard let stopped = ending.stopped else { return }
      try output.journal?.stopped(
        afterStep: stopped.step, checkpoint: stopped.checkpoint, config: options.config.path)
      try session.finish()
      throw ExitCode(TrainCommand.stoppedCode)
    }
    try session.finish()
  }

  /// Joins the other survivors of a lost rank, and agrees with them on where to go on: out of their
  /// memory where nothing is missing, else from the newest checkpoint, else from the start.
  mutating func recover(from session: RankSession) throws -> RankSession {
    let next = try session.survivors()
    let transport = next.transport
    let isReady = try transport.collect(trainer != nil).allSatisfy { $0 }
    let handOver = try isReady ? trainer.flatMap { try HandOver($0, over: transport) } : nil
    let words: String
    if let handOver {
      start = .memory(handOver)
      words = "step \(handOver.step), out of their memory"
    } else if let folder = try transport.collect(output?.place.folder).compactMap(\.self).first {
      let sees = try transport.seeing(folder)
      let point = try ResumePoint.newest(at: folder, over: transport, sees: sees) {
        Console.complain($0)
      }
      start = point.map { .checkpoint($0, sees: sees) } ?? .beginning
      words = point.map { "step \($0.step), out of \($0.path)" } ?? "the start"
    } else {
      start = .beginning
      words = "the start"
    }
    if next.speaks {
      Console.say("partita: a rank was lost; \(transport.size) ranks go on from \(words)\n")
    }
    return next
  }
}
