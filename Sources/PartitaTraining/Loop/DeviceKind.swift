public import PartitaDevice

/// The kinds of devices that a run can be on: nowhere else need one be named.
public enum DeviceKind: String, CaseIterable, Sendable {
  /// A thread of this machine's processor.
  case cpu
}

/// Makes a device for this rank.
/// - Throws: `DeviceError` where the machine has none of the kind.
public func makeDevice(_ kind: DeviceKind = .cpu) throws(DeviceError) -> any Device {
  switch kind {
  case .cpu: CPUDevice()
  }
}
