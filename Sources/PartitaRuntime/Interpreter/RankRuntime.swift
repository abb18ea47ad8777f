public import PartitaDevice
public import PartitaGraph
public import PartitaTransport

/// The interpreter of programs on one rank: it only does what they say, on whatever device.
///
/// Set-up lays out one arena for all programs, compiles every list and makes every message; a
/// step then walks a list of bound actions and allocates nothing (law 5). The host reaches the
/// device's memory only through copies and loans (`Device`).
public final class RankRuntime {
  let interpreter: any ProgramInterpreter
  let transport: any Transport
  /// What the interpreter's programs were bound from.
  let sources: [StagedProgram]

  /// Prepares the programs of one rank.
  ///
  /// - Parameters:
  ///   - programs: every program that will run, over models with the same parameters.
  ///   - device: where kernels run.
  ///   - transport: how messages travel; it says which rank this is.
  ///   - feeder: who fills inputs and labels.
  ///   - pollsBetweenKernels: whether messages move while kernels run, for which the transport gets
  ///     some of the rank's time. Otherwise they move on their own, or while the rank waits.
  ///   - sharesMemory: whether ranks of one host read and add up what they send each other where it lies, as
  ///     far as transport and device can. All ranks must say the same, and come here together.
  /// - Throws: `RuntimeError` with step 0.
  public init(
    _ programs: [StagedProgram], device: any Device, transport: any Transport,
    feeder: any BatchFeeder, pollsBetweenKernels: Bool = true, sharesMemory: Bool = false
  ) throws(RuntimeError) {
    func interpreter<D: Device>(on device: D) throws(RuntimeError) -> any ProgramInterpreter {
      try Interpreter(
        programs, device: device, transport: transport, feeder: feeder,
        pollsBetweenKernels: pollsBetweenKernels, sharesMemory: sharesMemory)
    }
    self.interpreter = try interpreter(on: device)
    self.transport = transport
    sources = programs
  }

  // MARK: Memory

  /// Bytes of the arena.
  public var arenaBytes: Int { interpreter.arenaBytes }

  /// Bytes of the arena that a rank will need, without taking them: a prediction for any rank of
  /// any plan.
  ///
  /// Complexity: that of compiling the rank's lists.
  /// - Throws: `DeviceError` where the device can't run the programs.
  public static func arenaBytes(
    _ programs: [StagedProgram], rank: Int, device: any Device
  ) throws(DeviceError) -> Int {
    func bytes<D: Device>(on device: D) throws(DeviceError) -> Int {
      try RankSetup(programs, rank: rank, device: device).arenaBytes
    }
    return try bytes(on: device)
  }

  /// Bytes of every rank's arena: ranks that need the same are compiled for once.
  ///
  /// Complexity: O(actions + messages), and the compilation of lists that differ.
  /// - Throws: `DeviceError` where the device can't run the programs.
  public static func arenaBytes(
    _ programs: [StagedProgram], device: any Device
  ) throws(DeviceError) -> [Int] {
    var known: [ArenaNeeds: Int] = [:]
    var all: [Int] = []
    for (rank, needs) in ArenaNeeds.all(programs).enumerated() {
      if let bytes = known[needs] {
        all.append(bytes)
      } else {
        let bytes = try arenaBytes(programs, rank: rank, device: device)
        known[needs] = bytes
        all.append(bytes)
      }
    }
    return all
  }

  /// Whether ranks of this host read and add up each other's values where they lie.
  public var sharesMemory: Bool { interpreter.sharesMemory }

  // MARK: Variables

  /// The parameters and states that this rank holds, or holds its share of, by name, with their types.
  public var variables: [String: Value] { interpreter.variables }

  /// The bytes of a variable that this rank holds, where it holds its share alone; nil where it holds
  /// all of it.
  public func parts(of name: String) -> [Range<Int>]? { interpreter.parts(of: name) }

  /// Gives a variable that this rank holds a value, between steps; of one that it holds its share of,
  /// that share.
  ///
  /// - Parameters:
  ///   - source: the value's bytes, exactly as many as its type has.
  ///   - name: one of `variables`.
  /// - Throws: `DeviceError` where the device fails.
  public func upload(_ source: UnsafeRawBufferPointer, to name: String) throws(DeviceError) {
    try interpreter.upload(source, to: name)
  }

  /// Gives some elements of a variable that this rank holds a value, between steps.
  ///
  /// - Parameters:
  ///   - piece: the elements' bytes.
  ///   - name: one of `variables`.
  ///   - offset: the first of these bytes within the value.
  /// - Throws: `DeviceError` where the device fails.
  public func upload(
    _ piece: UnsafeRawBufferPointer, to name: String, at offset: Int
  ) throws(DeviceError) {
    try interpreter.upload(piece, to: name, at: offset)
  }

  /// Copies the value of a variable that this rank holds, between steps; of one that it holds its share
  /// of, that share to its place in the whole.
  ///
  /// - Parameters:
  ///   - name: one of `variables`.
  ///   - target: room for exactly the bytes of its type.
  /// - Throws: `DeviceError` where the device fails.
  public func download(
    _ name: String, into target: UnsafeMutableRawBufferPointer
  ) throws(DeviceError) {
    try interpreter.download(name, into: target)
  }

  /// Sets a number that the updates of the next steps read.
  public func set(_ setting: Setting, to number: Double) { interpreter.set(setting, to: number) }

  // MARK: Steps

  /// Performs one step of a program.
  ///
  /// - Parameters:
  ///   - program: its index in the list given at set-up.
  ///   - step: the number of the step, counted from 1; keys random numbers.
  ///   - signals: what this rank has to say to all.
  ///   - recording: where times are written, and the place there; it is of the same program.
  /// - Throws: what failed on this rank, with the action.
  public func perform(
    _ program: Int, step: Int, signals: StepSignals = StepSignals(),
    recording: (into: StepRecording, place: Int)? = nil
  ) throws(RuntimeError) -> StepResult {
    try interpreter.perform(program, step: step, signals: signals, recording: recording)
  }

  /// Makes a recorder for steps of a program; every rank must.
  ///
  /// - Parameters:
  ///   - program: its index in the list given at set-up.
  ///   - steps: how many steps there shall be room for.
  ///   - tag: a message tag that nobody else uses.
  ///   - clock: the rank's own.
  /// - Throws: `TransportError` where messages for comparing clocks can't be made.
  public func makeRecorder(
    ofProgram program: Int, steps: Int, tag: Int, clock: StepClock = StepClock()
  ) throws(TransportError) -> TraceRecorder {
    let bound = interpreter.outline(ofProgram: program)
    let numbers = bound.messages.map(\.index)
    let range = (numbers.min() ?? 0)..<(numbers.max().map { $0 + 1 } ?? 0)
    precondition(numbers.indices.allSatisfy { numbers[$0] == range.lowerBound + $0 })
    return TraceRecorder(
      StepRecording(
        program: program, actions: bound.actionCount, messages: range, steps: steps, clock: clock),
      program: sources[program].program, ends: bound.ends, transport: transport,
      clocks: try ClockAlignment(transport, tag: tag, clock: clock))
  }
}
