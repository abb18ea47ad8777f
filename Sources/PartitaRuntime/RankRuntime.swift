public import PartitaDevice
public import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule
public import PartitaTransport

/// What every rank knows at the end of a step.
public struct StepResult: Sendable {
  /// L.
  public let loss: Double
  /// J = L + s.
  public let objective: Double
  /// The share of right answers, in evaluation.
  public let accuracy: Double?
  /// The norm of all gradients before clipping, where they are clipped.
  public let gradientNorm: Double?

  /// Puts together what is known of a step.
  public init(loss: Double, objective: Double, accuracy: Double?, gradientNorm: Double?) {
    self.loss = loss
    self.objective = objective
    self.accuracy = accuracy
    self.gradientNorm = gradientNorm
  }
}

/// The interpreter of programs on one rank: it only does what they say.
///
/// Set-up lays out one arena for all programs, compiles every list and makes every message; a
/// step then walks a list of bound actions and allocates nothing (law 5).
public final class RankRuntime<D: Device> {
  private let device: D
  private let stream: D.Stream
  let transport: any Transport
  private let arena: D.Memory
  private let shared: SharedLayout
  private let stepVariables: StepVariables
  let programs: [BoundProgram<D>]
  /// What `programs` were bound from.
  let sources: [StagedProgram]
  /// Moves messages between kernels; nil where the rank doesn't poll.
  private let poller: ProgressPoller?
  /// The recording of the present step.
  private var recording: StepRecording?
  private let feeder: any BatchFeeder
  /// The parameters and states that this rank holds, by name, with their types.
  public let variables: [String: Value]
  /// Bytes of the arena.
  public var arenaBytes: Int { arena.bytes }

  /// Prepares the programs of one rank.
  ///
  /// - Parameters:
  ///   - programs: every program that will run, over models with the same parameters.
  ///   - device: where kernels run.
  ///   - transport: how messages travel; it says which rank this is.
  ///   - feeder: who fills inputs and labels.
  ///   - pollsBetweenKernels: whether messages move while kernels run, for which the transport gets
  ///     some of the rank's time. Otherwise they move on their own, or while the rank waits.
  /// - Throws: `RuntimeError` with step 0.
  public init(
    _ programs: [StagedProgram], device: D, transport: any Transport, feeder: any BatchFeeder,
    pollsBetweenKernels: Bool = true
  ) throws(RuntimeError) {
    let rank = transport.rank
    func fail(_ cause: RuntimeError.Cause) -> RuntimeError {
      RuntimeError(rank: rank, step: 0, action: "set-up", cause: cause)
    }
    do {
      let setup = try RankSetup(programs, rank: rank, device: device)
      arena = try device.allocate(bytes: setup.arenaBytes)
      stream = try device.makeStream()
      var bound: [BoundProgram<D>] = []
      var firstTag = 0
      for index in programs.indices {
        let memory = ProgramMemory(plan: setup.plans[index], arena: arena.address)
        do {
          bound.append(
            try BoundProgram(
              programs[index], rank: rank, stages: setup.stages[index], memory: memory,
              lists: setup.lists[index], transport: transport, firstTag: firstTag))
        } catch {
          throw fail(.transport(error, message: nil))
        }
        firstTag += programs[index].program.messages.count
      }
      self.programs = bound
      shared = setup.shared
      variables = setup.variables
    } catch let error as RuntimeError {
      throw error
    } catch let error as DeviceError {
      throw fail(.device(error))
    } catch {
      preconditionFailure("an error of no known kind: \(error)")
    }
    sources = programs
    poller = pollsBetweenKernels && transport.size > 1 ? ProgressPoller(transport) : nil
    stepVariables = StepVariables(variables, in: shared, arena: arena.address)
    self.device = device
    self.transport = transport
    self.feeder = feeder
  }

  // MARK: Variables

  /// The memory of a variable that this rank holds, nil where it holds none of this name.
  public func memory(of name: String) -> UnsafeMutableRawBufferPointer? {
    guard let place = shared.places[name], let value = variables[name] else { return nil }
    return UnsafeMutableRawBufferPointer(
      start: arena.address + place.offset, count: value.type.bytes(samples: 0))
  }

  /// Sets a number that updates read.
  public func set(_ setting: Setting, to number: Double) {
    stepVariables.set(setting, to: number)
  }

  // MARK: Steps

  /// Performs one step of a program.
  ///
  /// - Parameters:
  ///   - program: its index in the list given at set-up.
  ///   - step: the number of the step, counted from 1; keys random numbers.
  ///   - recording: where times are written, and the place there; it is of the same program.
  /// - Throws: what failed on this rank, with the action.
  public func perform(
    _ index: Int, step: Int, recording: (into: StepRecording, place: Int)? = nil
  ) throws(RuntimeError) -> StepResult {
    let program = programs[index]
    stepVariables.set(step: step)
    if let recording {
      precondition(recording.into.program == index, "a recording of another program")
      recording.into.begin(step: recording.place)
    }
    self.recording = recording?.into
    poller?.begin()
    device.betweenKernels = program.messages.isEmpty ? nil : poller?.poll
    defer {
      self.recording = nil
      device.betweenKernels = nil
    }
    var current = 0
    do {
      while current < program.actions.count {
        try perform(program.actions[current])
        self.recording?.endAction()
        current += 1
      }
      for message in program.messages { try wait(for: message) }
      self.recording?.endAction()
    } catch {
      let action = current < program.labels.count ? program.labels[current] : "the end of the step"
      throw RuntimeError(
        rank: transport.rank, step: step, action: action, cause: cause(of: error, in: program))
    }
    return StepResult(
      loss: program.loss.pointee, objective: program.objective.pointee,
      accuracy: program.accuracy?.pointee,
      gradientNorm: program.squaredGradientNorm?.pointee.squareRoot())
  }

  private func perform(_ action: BoundAction<D>) throws {
    switch action {
    case .run(let run):
      for message in run.waits { try wait(for: message) }
      for fill in run.fills { self.fill(fill) }
      try device.run(
        run.executable, run.bindings, accumulates: run.accumulates, on: stream)
    case .start(let messages, let arriving):
      for message in arriving { try wait(for: message) }
      try device.wait(for: device.record(on: stream))
      for message in messages { try start(message) }
    case .reduce(let reduction):
      for addition in reduction.local { add(addition) }
      try device.wait(for: device.record(on: stream))
      for message in reduction.partials { try start(message) }
    case .combine(let reduction):
      for message in reduction.partials { try wait(for: message) }
      for addition in reduction.across { add(addition) }
      if let copy = reduction.copy {
        device.copy(copy.source, to: copy.target, bytes: copy.bytes, on: stream)
      }
      try device.wait(for: device.record(on: stream))
      for message in reduction.sums { try start(message) }
    case .exchange(let exchange):
      try device.wait(for: device.record(on: stream))
      try perform(exchange)
    }
  }

  private func start(_ message: Message) throws(MessageFailure) {
    do { try transport.start(message) } catch {
      throw MessageFailure(error: error, message: message)
    }
  }

  private func wait(for message: Message) throws(MessageFailure) {
    do {
      guard let recording else { return try transport.wait(for: message) }
      if try transport.isComplete(message) { return }
      try transport.wait(for: message)
      recording.waited(for: message)
    } catch {
      throw MessageFailure(error: error, message: message)
    }
  }

  private func add(_ addition: BoundAddition) {
    device.add(
      addition.a, addition.b, to: addition.result, count: addition.count, on: stream)
  }

  private func fill(_ fill: Fill) {
    switch fill.role {
    case .sampleIndex:
      let indices = fill.target.bindMemory(to: Int32.self)
      for (offset, sample) in fill.samples.enumerated() { indices[offset] = Int32(sample) }
    default:
      feeder.fill(fill.role, samples: fill.samples, into: fill.target)
    }
  }

  private func perform(_ exchange: BoundExchange) throws {
    let board = exchange.board
    board.update(repeating: 0)
    for (slot, source) in exchange.own { board[slot] = source.pointee }
    try transport.sum(board)
    for (into, other) in exchange.additions { board[into] += board[other] }
    for (slot, target) in exchange.results { target.pointee = board[slot] }
  }

  private func cause(of error: any Error, in program: BoundProgram<D>) -> RuntimeError.Cause {
    switch error {
    case let error as DeviceError: .device(error)
    case let error as TransportError: .transport(error, message: nil)
    case let error as MessageFailure:
      .transport(error.error, message: program.contents[error.message])
    default: preconditionFailure("an error of no known kind: \(error)")
    }
  }
}

/// A message that failed.
private struct MessageFailure: Error {
  let error: TransportError
  let message: Message
}
