/// Images with one class number each, kept as bytes and scaled while they are copied.
package struct Images: SampleSource {
  /// Bytes of an image: its channels one behind the other.
  package let pixels: Int
  /// Channels of an image; 1 where it has none.
  let channels: Int
  /// Images, one behind the other, whether they belong to this part or not.
  let contents: ImageBytes
  /// Which of them each sample is.
  let places: [UInt32]
  /// The class number of each sample.
  let labels: [Int32]
  /// The value of each byte of each channel.
  let table: [Float]

  /// The images of a part, with the value of each byte of each channel.
  init(_ part: ImagePart, table: [Float]) {
    let images = part.images
    pixels = images.pixels
    channels = images.channels
    contents = images.contents
    places = part.places
    labels = part.places.map { images.labels[Int($0)] }
    self.table = table
  }

  package var count: Int { places.count }

  package func write(
    inputs samples: Span<Int>, epoch: Int, into memory: UnsafeMutableRawBufferPointer
  ) {
    let values = memory.bindMemory(to: Float.self)
    let plane = pixels / channels
    table.withUnsafeBufferPointer { table in
      contents.withBytes { bytes in
        for row in 0..<samples.count {
          let first = Int(places[samples[row]]) * pixels
          let image = UnsafeRawBufferPointer(rebasing: bytes[first..<first + pixels])
          let target = UnsafeMutableBufferPointer(
            rebasing: values[row * pixels..<(row + 1) * pixels])
          for channel in 0..<channels {
            let scaled = UnsafeBufferPointer(rebasing: table[256 * channel..<256 * channel + 256])
            for index in channel * plane..<(channel + 1) * plane {
              target[index] = scaled[Int(image[index])]
            }
          }
        }
      }
    }
  }

  package func write(
    classes samples: Span<Int>, epoch: Int, into memory: UnsafeMutableBufferPointer<Int32>
  ) {
    for row in 0..<samples.count { memory[row] = labels[samples[row]] }
  }
}

extension Images {
  // Class numbers that fit are bytes here: digests of runs that there have been were made of these.
  package func withContents(_ body: (UnsafeRawBufferPointer) -> Void) -> Bool {
    contents.withBytes { bytes in
      for place in places {
        body(UnsafeRawBufferPointer(rebasing: bytes[(Int(place) * pixels)...].prefix(pixels)))
      }
    }
    let small = labels.compactMap { UInt8(exactly: $0) }
    if small.count == labels.count {
      small.withUnsafeBytes(body)
    } else {
      labels.withUnsafeBytes(body)
    }
    table.withUnsafeBytes(body)
    return true
  }
}
