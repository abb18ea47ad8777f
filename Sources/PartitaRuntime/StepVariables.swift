internal import PartitaDevice
internal import PartitaGraph

/// The variables that the host sets before a step, their addresses looked up once.
///
/// A rank sets those that its programs read; others are none of its business.
struct StepVariables {
  private var number: UnsafeMutableRawPointer?
  private var settings: [Setting: UnsafeMutableRawPointer] = [:]

  /// Finds them among a rank's variables.
  init(_ variables: [String: Value], in shared: SharedLayout, arena: UnsafeMutableRawPointer) {
    for (name, value) in variables {
      guard let address = shared.places[name].map({ arena + $0.offset }) else { continue }
      switch value.role {
      case .step?: number = address
      case .setting(let setting)?: settings[setting] = address
      default: continue
      }
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
}
