internal import PartitaDevice
internal import PartitaGraph

/// The variables that the host sets before a step: kept in its own memory, copied when it begins.
///
/// A rank sets those that its programs read; others are none of its business.
struct StepVariables {
  private let host: HostMemory
  private var number: UnsafeMutableRawPointer?
  private var settings: [Setting: UnsafeMutableRawPointer] = [:]
  private var copies: [(source: UnsafeRawPointer, target: UnsafeMutableRawPointer, bytes: Int)] = []

  /// Finds them among a rank's variables.
  /// - Parameter variables: roles, and where the variables lie.
  init<D: Device>(
    _ variables: [(role: VariableRole, target: UnsafeMutableRawPointer)], device: D
  ) throws(DeviceError) {
    // Each has eight bytes, whatever its type.
    host = try device.allocateHost(bytes: 8 * variables.count)
    guard var free = host.bytes.baseAddress else { return }
    for (role, target) in variables {
      switch role {
      case .step:
        number = number ?? free
        copies.append((UnsafeRawPointer(number ?? free), target, 4))
      case .setting(let setting):
        let source = settings[setting] ?? free
        settings[setting] = source
        copies.append((UnsafeRawPointer(source), target, 8))
      default: continue
      }
      free += 8
    }
  }

  /// Sets the step's number, which keys its random numbers.
  func set(step: Int) {
    number?.storeBytes(of: Int32(truncatingIfNeeded: step), as: Int32.self)
  }

  /// Sets a number that updates read.
  func set(_ setting: Setting, to number: Double) {
    settings[setting]?.storeBytes(of: number, as: Double.self)
  }

  /// Copies them all; they are not set again until the arena's next `finish`.
  func upload<D: Device>(to arena: DeviceArena<D>) {
    for copy in copies { arena.upload(copy.source, to: copy.target, bytes: copy.bytes) }
  }
}
