internal import PartitaWorkload

/// What would do where nothing fits: the least memory with the devices at hand, and the fewest devices
/// with the memory at hand.
struct SmallestNeeds {
  /// The most devices that are tried.
  static let mostDevices = 1 << 14

  /// Whether all plans are looked at; otherwise nothing is said of those that aren't.
  let isExhaustive: Bool
  /// Ends the search for what would do, not the refusal.
  let meter: SearchMeter
  /// A partition of whatever value for so many devices of so many bytes; nil where there is none, or
  /// where the meter ends the search.
  let partition: (_ devices: Int, _ memory: Double) -> Partition?
  /// The bytes that a partition takes of a device.
  let bytes: (Partition) -> Double

  /// The refusal of a request, with what would do.
  func refusal(devices: Int, memory: Double) -> WorkloadError {
    let given = "\(devices) \(devices == 1 ? "device" : "devices") of \(Self.words(memory)) bytes"
    var offers: [String] = []
    if let least = leastMemory(devices: devices) {
      offers.append("\(Self.words(least)) bytes a device would do")
    }
    if let more = fewestDevices(above: devices, memory: memory) {
      offers.append("\(more) devices of this memory would do")
    }
    if offers.isEmpty {
      offers = [
        meter.isLate || !isExhaustive
          ? "nor any other, in the time that there was"
          : "no memory and no number of devices would do"
      ]
    }
    let problem =
      isExhaustive ? "no plan fits on \(given)" : "no plan was found that fits on \(given)"
    return .impossible("\(problem): \(offers.joined(separator: "; "))")
  }

  /// Halves what is between nothing and the need of a known partition; a partition that is found needs
  /// what it needs, so the answer is the need of one.
  private func leastMemory(devices: Int) -> Double? {
    guard var best = partition(devices, .infinity).map(bytes) else { return nil }
    var low = 0.0
    while best - low > 1e-9 * best {
      let middle = low + (best - low) / 2
      // Just below the best one first: then it is proved the least.
      if let better = partition(devices, best.nextDown).map(bytes) { best = better } else { break }
      guard middle < best else { continue }
      if let better = partition(devices, middle).map(bytes) { best = better } else { low = middle }
    }
    return best
  }

  private func fewestDevices(above devices: Int, memory: Double) -> Int? {
    var high = devices
    repeat {
      guard high < Self.mostDevices, !meter.isLate else { return nil }
      high *= 2
    } while partition(high, memory) == nil
    var low = high / 2
    while high - low > 1 {
      let middle = (low + high) / 2
      if partition(middle, memory) != nil {
        high = middle
      } else if meter.isLate {
        break
      } else {
        low = middle
      }
    }
    return high
  }

  /// A number of bytes without a fraction that says nothing.
  private static func words(_ bytes: Double) -> String {
    bytes < 0x1p53 && bytes == bytes.rounded() ? "\(Int(bytes))" : "\(bytes)"
  }
}
