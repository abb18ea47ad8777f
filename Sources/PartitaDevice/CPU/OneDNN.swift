internal import COneDNN

/// The library's engine, made once a process.
enum OneDNN {
  /// The shim's context, or the library's own words for why there is none.
  nonisolated(unsafe) private static let shared: Result<OpaquePointer, DeviceError> = {
    var context: OpaquePointer?
    let status = pd_context_create(&context)
    guard status == 0, let context else {
      return .failure(.library(operator: "oneDNN", text: text(of: status)))
    }
    return .success(context)
  }()

  static func context() throws(DeviceError) -> OpaquePointer { try shared.get() }

  /// The library's version and the instruction set that it uses.
  static var version: String {
    "\(release), instruction set \(pd_instruction_set())"
  }

  /// The library's version.
  static var release: String {
    let version = pd_version()
    return "oneDNN \(version / 10000).\(version / 100 % 100).\(version % 100)"
  }

  static func text(of status: Int32) -> String { String(cString: pd_status_text(status)) }

  /// Throws what a status says, where it isn't success.
  static func check(_ status: Int32, _ call: CPUCall) throws(DeviceError) {
    if status != 0 { throw .library(operator: call.name, text: text(of: status)) }
  }
}

/// A handle of the shim that ends with its last kernel.
final class OneDNNHandle {
  let pointer: OpaquePointer
  private let destroy: (OpaquePointer?) -> Void

  init(
    _ call: CPUCall, create: (OpaquePointer, inout OpaquePointer?) -> Int32,
    destroy: @escaping (OpaquePointer?) -> Void
  ) throws(DeviceError) {
    var handle: OpaquePointer?
    try OneDNN.check(create(try OneDNN.context(), &handle), call)
    guard let handle else { throw .library(operator: call.name, text: "no handle was made") }
    pointer = handle
    self.destroy = destroy
  }

  deinit { destroy(pointer) }
}
