/// Which channels images get.
enum ImageColour: String, CaseIterable, Hashable, Sendable, Encodable {
  /// One: the luma of ITU-R BT.601.
  case grey
  /// Red, green and blue.
  case rgb

  /// The number of channels.
  var channels: Int { self == .grey ? 1 : 3 }

  /// The channels of an image, each row by row.
  ///
  /// Luma is (19595·R + 38470·G + 7471·B) / 2¹⁶, rounded half up, in whole numbers; where all three
  /// are equal it is that number.
  func planes(of image: DecodedImage) -> [[UInt8]] {
    let bytes = image.bytes
    let starts = stride(from: 0, to: bytes.count, by: 3)
    switch self {
    case .grey:
      return [
        starts.map { start in
          let red = 19595 * Int(bytes[start])
          let green = 38470 * Int(bytes[start + 1])
          let blue = 7471 * Int(bytes[start + 2])
          return UInt8((red + green + blue + 1 << 15) >> 16)
        }
      ]
    case .rgb: return (0..<3).map { channel in starts.map { bytes[$0 + channel] } }
    }
  }
}
