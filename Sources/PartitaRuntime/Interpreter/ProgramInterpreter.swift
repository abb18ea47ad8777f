internal import PartitaDevice
internal import PartitaGraph
internal import PartitaTransport

/// An interpreter whose kind of device nobody need know; `RankRuntime` says what the calls do.
protocol ProgramInterpreter: AnyObject {
  var arenaBytes: Int { get }
  var sharesMemory: Bool { get }
  var variables: [String: Value] { get }
  func parts(of name: String) -> [Range<Int>]?
  func upload(_ source: UnsafeRawBufferPointer, to name: String) throws(DeviceError)
  func upload(
    _ piece: UnsafeRawBufferPointer, to name: String, at offset: Int
  ) throws(DeviceError)
  func download(_ name: String, into target: UnsafeMutableRawBufferPointer) throws(DeviceError)
  func set(_ setting: Setting, to number: Double)
  func perform(
    _ program: Int, step: Int, signals: StepSignals, recording: (into: StepRecording, place: Int)?
  ) throws(RuntimeError) -> StepResult
  func outline(ofProgram program: Int) -> ProgramOutline
}

/// What a recorder must know of a bound program.
struct ProgramOutline {
  let actionCount: Int
  /// The rank's messages, and which end of which of the program's each of them is.
  let messages: [Message]
  let ends: [MessageEnd]
}
