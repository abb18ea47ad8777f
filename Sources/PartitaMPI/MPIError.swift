internal import CMPI
internal import PartitaTransport

/// Takes the result of an MPI call, and throws when it is not success.
///
/// With `MPI_ERRORS_RETURN` every call returns its error code (MPI 4.0, section 9.3).
func call(_ name: StaticString, _ code: Int32) throws(TransportError) {
  guard code == MPI_SUCCESS else {
    if FaultTolerance.isLoss(code) { throw .ranksLost(call: "\(name)") }
    throw .failed(call: "\(name)", code: Int(code), text: text(ofError: code))
  }
}

/// The class of an error code, which unlike the code is fixed by the standard (section 9.4).
func errorClass(of code: Int32) -> Int32 {
  var result = code
  return MPI_Error_class(code, &result) == MPI_SUCCESS ? result : code
}

/// MPI's own words for an error code (section 9.4).
private func text(ofError code: Int32) -> String {
  var length: Int32 = 0
  let bytes = [CChar](unsafeUninitializedCapacity: Int(MPI_MAX_ERROR_STRING)) { buffer, count in
    let found = MPI_Error_string(code, buffer.baseAddress, &length) == MPI_SUCCESS
    count = found ? Int(length) : 0
  }
  return String(decoding: bytes.map(UInt8.init(bitPattern:)), as: UTF8.self)
}
