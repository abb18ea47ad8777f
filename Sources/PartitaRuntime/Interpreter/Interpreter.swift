internal import PartitaDevice
internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule
internal import PartitaTransport

/// Performs bound programs on one device.
final class Interpreter<D: Device>: ProgramInterpreter {
  private let arena: DeviceArena<D>
  private let messenger: Messenger
  private let programs: [BoundProgram<D>]
  private let stepVariables: StepVariables
  private let shared: SharedLayout
  let variables: [String: Value]
  private let feeder: any BatchFeeder
  /// What this rank says in the step under way, and then what all say.
  private var signals = StepSignals()
  /// Moves messages between kernels; nil where the rank doesn't poll.
  private let poller: ProgressPoller?

  init(
    _ programs: [StagedProgram], device: D, transport: any Transport, feeder: any BatchFeeder,
    pollsBetweenKernels: Bool, sharesMemory: Bool
  ) throws(RuntimeError) {
    do {
      let rank = transport.rank
      let opening = WindowOpening(
        transport, tags: 0..<programs.reduce(0) { $0 + $1.program.messages.count },
        isWanted: sharesMemory && transport.size > 1)
      // A rank that fails here leaves the others without a window, and not alone.
      let setup = try opening.orNone { try RankSetup(programs, rank: rank, device: device) }
      let window = try opening.open(bytes: device.adoptsMemory ? setup.arenaBytes : nil)
      let (arena, messenger, binders, made) = try opening.meeting {
        let arena = try DeviceArena(
          on: device, bytes: setup.arenaBytes, stagingBytes: setup.stagingBytes,
          in: window?.own)
        let messenger = Messenger(transport, memory: arena.memory, window: window)
        let binders = programs.indices.map { index in
          ProgramBinder(
            programs[index], rank: rank, stages: setup.stages[index],
            memory: ProgramMemory(layout: setup.layouts[index], arena: arena.memory.address),
            sharesMemory: messenger.sharesMemory)
        }
        var (made, firstTag): ([BoundMessages], Int) = ([], 0)
        for binder in binders {
          made.append(try BoundMessages(binder, messenger: messenger, firstTag: firstTag))
          firstTag += binder.program.messages.count
        }
        return (arena, messenger, binders, made)
      }
      let bound = try binders.indices.map { index in
        try BoundProgram(
          binders[index], made[index], lists: setup.lists[index], device: device,
          messenger: messenger)
      }
      stepVariables = try StepVariables(
        setup.variables.compactMap { name, value in
          guard let role = value.role, let place = setup.shared.places[name] else { return nil }
          return (role, arena.memory.address + place.offset)
        }, device: device)
      self.programs = bound
      self.arena = arena
      self.messenger = messenger
      shared = setup.shared
      variables = setup.variables
    } catch {
      throw RuntimeError(
        rank: transport.rank, step: 0, action: "set-up", cause: .init(error, contents: [:]),
        hasBegunUpdate: false)
    }
    poller = pollsBetweenKernels && transport.size > 1 ? ProgressPoller(transport) : nil
    self.feeder = feeder
  }

  var arenaBytes: Int { arena.memory.bytes }
  var sharesMemory: Bool { messenger.window != nil }

  func outline(ofProgram program: Int) -> ProgramOutline {
    let program = programs[program]
    return ProgramOutline(
      actionCount: program.actions.count, messages: program.messages.map(\.message),
      ends: program.ends)
  }

  // MARK: Variables

  func parts(of name: String) -> [Range<Int>]? { shared.parts[name]?.map(\.bytes) }

  func upload(_ source: UnsafeRawBufferPointer, to name: String) throws(DeviceError) {
    check(source.count, of: name)
    try upload(source, to: name, at: 0)
  }

  func upload(
    _ piece: UnsafeRawBufferPointer, to name: String, at offset: Int
  ) throws(DeviceError) {
    let bytes = variables[name]?.type.bytes(samples: 0) ?? 0
    let range = offset..<offset + piece.count
    precondition(
      offset >= 0 && range.upperBound <= bytes, "\(name) has \(bytes) bytes, not \(range)")
    for (held, start) in addresses(of: name) {
      let taken = held.clamped(to: range)
      guard !taken.isEmpty, let source = piece.baseAddress else { continue }
      arena.upload(
        source + (taken.lowerBound - offset), to: start + (taken.lowerBound - held.lowerBound),
        bytes: taken.count)
    }
    try arena.finish()
  }

  func download(_ name: String, into target: UnsafeMutableRawBufferPointer) throws(DeviceError) {
    check(target.count, of: name)
    for (held, start) in addresses(of: name) {
      guard let target = target.baseAddress else { continue }
      arena.download(start, to: target + held.lowerBound, bytes: held.count)
    }
    try arena.finish()
  }

  /// The bytes of a variable that the rank holds, and where they lie.
  private func addresses(
    of name: String
  ) -> [(bytes: Range<Int>, start: UnsafeMutableRawPointer)] {
    if let parts = shared.parts[name] {
      return parts.map { ($0.bytes, arena.memory.address + $0.offset) }
    }
    guard let place = shared.places[name], let value = variables[name] else {
      preconditionFailure("the rank holds no variable \(name)")
    }
    return [(0..<value.type.bytes(samples: 0), arena.memory.address + place.offset)]
  }

  private func check(_ bytes: Int, of name: String) {
    precondition(
      bytes == variables[name]?.type.bytes(samples: 0), "\(name) has not \(bytes) bytes")
  }

  func set(_ setting: Setting, to number: Double) { stepVariables.set(setting, to: number) }

  // MARK: Steps

  func perform(
    _ index: Int, step: Int, signals: StepSignals, recording: (into: StepRecording, place: Int)?
  ) throws(RuntimeError) -> StepResult {
    let program = programs[index]
    self.signals = signals
    if let recording {
      precondition(recording.into.program == index, "a recording of another program")
      recording.into.begin(step: recording.place)
    }
    let recorder = recording?.into
    messenger.recording = recorder
    poller?.begin()
    arena.setBetweenKernels(program.messages.isEmpty ? nil : poller?.poll)
    defer {
      messenger.recording = nil
      arena.setBetweenKernels(nil)
    }
    stepVariables.set(step: step)
    stepVariables.upload(to: arena)
    var current = 0
    do {
      while current < program.actions.count {
        try perform(program.actions[current])
        recorder?.endAction()
        current += 1
      }
      for message in program.messages { try messenger.wait(for: message) }
      recorder?.endAction()
      var result = try program.results.read(from: arena, through: program.resultScalars)
      result.signals = self.signals
      return result
    } catch {
      let action = current < program.labels.count ? program.labels[current] : "the end of the step"
      throw RuntimeError(
        rank: messenger.transport.rank, step: step, action: action,
        cause: .init(error, contents: program.contents),
        hasBegunUpdate: current >= program.firstUpdate)
    }
  }

  private func perform(_ action: BoundAction<D>) throws {
    switch action {
    case .run(let run):
      for message in run.waits { try messenger.wait(for: message) }
      try arena.fill(run.fills, from: feeder)
      if let before = run.before { try arena.run(before, run.bindings, accumulates: false) }
      try arena.run(run.executable, run.bindings, accumulates: run.accumulates)
      try arena.read(run.readings, by: feeder)
      try giveBack(run.returns)
    case .start(let messages, let arriving):
      for message in arriving { try messenger.wait(for: message) }
      try start(messages)
    case .reduce(let reduction):
      for addition in reduction.local { arena.add(addition) }
      try start(reduction.partials)
    case .combine(let reduction):
      for message in reduction.awaited { try messenger.wait(for: message) }
      for step in reduction.across {
        switch step {
        case .add(let addition): arena.add(addition)
        case .copy(let source, let target, let bytes): arena.copy(source, to: target, bytes: bytes)
        }
      }
      try giveBack(reduction.borrowed)
      try start(reduction.sums)
    case .exchange(let exchange):
      try exchange.perform(on: arena, signals: &signals) { try messenger.transport.sum($0) }
    }
  }

  /// Gives back what was borrowed when all work with it is done.
  private func giveBack(_ messages: [ArenaMessage]) throws {
    guard !messages.isEmpty else { return }
    try arena.finish()
    for message in messages { messenger.giveBack(message) }
  }

  /// Starts messages when what they carry has been written.
  private func start(_ messages: [ArenaMessage]) throws {
    try arena.finish()
    for message in messages { try messenger.start(message) }
  }
}

extension RuntimeError.Cause {
  /// - Parameter contents: what each message carries, in words.
  fileprivate init(_ error: any Error, contents: [Message: String]) {
    switch error {
    case let error as DeviceError: self = .device(error)
    case let error as TransportError: self = .transport(error, message: nil)
    case let error as MessageFailure:
      self = .transport(error.error, message: contents[error.message])
    default: preconditionFailure("an error of no known kind: \(error)")
    }
  }
}
