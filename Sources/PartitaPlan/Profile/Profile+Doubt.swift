/// How well a profile's numbers are known.
extension Profile {
  /// A number that doesn't matter: this share of all layers' work on a microbatch.
  private static let negligible = 0.001

  /// How far the least known number of the layers and of the step may be off, as a share of it; of a
  /// number below a thousandth of all layers' work on a microbatch, as a share of that.
  ///
  /// Complexity: O(layers).
  public var doubt: Double { doubts.map(\.share).max() ?? 0 }

  /// The least known number, in words; nil where all are computed.
  public var leastKnown: String? {
    doubts.max { $0.share < $1.share }.flatMap { $0.share > 0 ? $0.name : nil }
  }

  private var doubts: [(name: String, share: Double)] {
    let size = setting.samples
    let work = layers.reduce(0) { sum, layer in
      sum + layer.seconds(.forward, samples: size) + layer.seconds(.backward, samples: size)
    }
    func doubt(_ name: String, _ timing: Timing) -> (name: String, share: Double) {
      let whole = max(timing.median, Self.negligible * work)
      return (name, whole > 0 ? timing.doubt / whole : 0)
    }
    var all = [doubt("exchange", step.exchange), doubt("objective", step.objective)]
    for layer in layers {
      for size in layer.sizes {
        all.append(doubt("fill of \(layer.name)", size.fill))
        for work in LayerWork.allCases {
          all.append(doubt("\(work.rawValue) of \(layer.name)", size.timing(work)))
        }
      }
      all.append(doubt("addition of \(layer.name)", layer.addition))
      all.append(doubt("update of \(layer.name)", layer.update))
      all.append(doubt("finish of \(layer.name)", layer.finish))
    }
    return all
  }
}
