internal import PartitaPlan
public import PartitaSchedule
public import PartitaTransport

/// A measured step.
public struct MeasuredStep: Sendable {
  /// What ran.
  public let program: Program
  /// When it ran, by the clock of rank 0.
  public let trace: Trace
  /// What the step would have taken if every message had arrived the moment it left: the rest is
  /// what messages cost that no kernel hid.
  public let secondsWithFreeMessages: Double
  /// How far a rank's times may be off against another's, at most.
  public let clockUncertaintySeconds: Double
}

/// Records steps of one program on one rank, and puts all ranks' times together.
///
/// The order of use: `alignClocks`, the steps, `alignClocks` again, `trace`. Every rank does the
/// same.
public final class TraceRecorder {
  /// Where `RankRuntime.perform` writes to.
  public let recording: StepRecording
  private let transport: any Transport
  private let clocks: ClockAlignment
  private let program: Program
  private let ends: [MessageEnd]
  private var before, after: ClockReading?

  init(
    _ recording: StepRecording, program: Program, ends: [MessageEnd], transport: any Transport,
    clocks: ClockAlignment
  ) {
    self.recording = recording
    self.program = program
    self.ends = ends
    self.transport = transport
    self.clocks = clocks
  }

  /// Compares the ranks' clocks, outside of steps; every rank must call it.
  /// - Throws: `TransportError` where ranks don't come, or fail.
  public func alignClocks() throws(TransportError) {
    let reading = try clocks.read()
    before = before ?? reading
    after = reading
  }

  /// The step at a place of the recording, as all ranks performed it; every rank must call it.
  /// - Throws: `TransportError` where ranks don't come, or fail.
  public func trace(ofStep place: Int) throws(TransportError) -> MeasuredStep {
    guard let before, let after else { preconditionFailure("clocks have not been compared") }
    let line = ClockLine(before: before, after: after)
    var board = TimeBoard(program)
    defer { board.deallocate() }
    board.write(recording.times(ofStep: place), ends, rank: transport.rank, line)
    try transport.sum(board.numbers)
    return MeasuredStep(
      program: program, trace: board.trace(),
      secondsWithFreeMessages: board.secondsWithFreeMessages(),
      clockUncertaintySeconds: line.uncertaintySeconds)
  }
}
