/// Mean and deviation of the pixels of one channel, as parts of the whole from 0 to `white`.
///
/// They come from a histogram, whose sums are exact, so they are the same on every rank.
struct PixelMoments {
  let mean: Double
  /// The square root of the variance, or 1 where there is none.
  let deviation: Double

  /// Moments that are known.
  init(mean: Double, deviation: Double) {
    self.mean = mean
    self.deviation = deviation
  }

  private init(_ histogram: ArraySlice<Int>, white: Double) {
    let count = Double(histogram.reduce(0, +))
    let values = (0..<256).map { Double($0) / white }
    func mean(_ term: (Double) -> Double) -> Double {
      zip(histogram, values).reduce(0) { $0 + Double($1.0) * term($1.1) } / count
    }
    let center = mean { $0 }
    let deviation = mean { ($0 - center) * ($0 - center) }.squareRoot()
    self.mean = center
    self.deviation = deviation > 0 ? deviation : 1
  }

  /// The moments of each channel of some images.
  static func perChannel(of part: ImagePart, white: Double) -> [PixelMoments] {
    let (channels, pixels) = (part.images.channels, part.images.pixels)
    let plane = pixels / channels
    var histograms = [Int](repeating: 0, count: 256 * channels)
    part.images.contents.withBytes { bytes in
      for place in part.places {
        var byte = Int(place) * pixels
        for channel in 0..<channels {
          for _ in 0..<plane {
            histograms[256 * channel + Int(bytes[byte])] += 1
            byte += 1
          }
        }
      }
    }
    return (0..<channels).map {
      PixelMoments(histograms[(256 * $0)..<(256 * ($0 + 1))], white: white)
    }
  }
}

/// The value of each possible byte: byte / `white`, and with moments shifted and scaled to mean 0 and
/// variance 1.
func pixelTable(white: Double, _ moments: PixelMoments?) -> [Float] {
  let values = (0..<256).map { Double($0) / white }
  guard let moments else { return values.map { Float($0) } }
  return values.map { Float(($0 - moments.mean) / moments.deviation) }
}
