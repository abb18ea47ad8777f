/// An .npy file of these elements, as NumPy writes it.
package func npy(
  _ descr: String, _ shape: [Int], _ elements: [UInt8], version: UInt8 = 1, fortran: Bool = false
) -> [UInt8] {
  let extents = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
  let words =
    "{'descr': '\(descr)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': (\(extents)), }"
  return npy(header: words, elements, version: version)
}

/// An .npy file with this header.
package func npy(header words: String, _ elements: [UInt8], version: UInt8 = 1) -> [UInt8] {
  let fixed = version == 1 ? 10 : 12
  let blanks = 63 - (fixed + words.utf8.count) % 64
  let header = Array((words + String(repeating: " ", count: blanks) + "\n").utf8)
  return [0x93] + Array("NUMPY".utf8) + [version, 0]
    + little(header.count, version == 1 ? 2 : 4) + header + elements
}

/// The lowest `size` bytes of a number, the lowest first.
package func little(_ value: Int, _ size: Int) -> [UInt8] {
  (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}

/// An .npy file of Float32 numbers.
package func npy(_ values: [Float], shape: [Int]) -> [UInt8] {
  npy("<f4", shape, values.flatMap { little(Int($0.bitPattern), 4) })
}
