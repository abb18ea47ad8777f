internal import PartitaWorkload

/// Bounds on device placement that need no search, for every share of nodes among devices.
struct PlacementRelaxation {
  let bound: Double
  let certificate: PartitionCertificate

  /// The better one of two bounds.
  ///
  /// - *work*: for λ >= 0, k accelerators and l CPUs of a plan of value T together give kT + λlT, and
  ///   each unit takes at least min(a, λp) of it; so T >= Σ min(a, λp) / (k + λl). As a function of λ
  ///   that is best at a ratio a / p of a unit.
  /// - *largest*: the largest unit takes min(a, p) wherever it is.
  ///
  /// Units are colour classes, and nodes without one. Complexity: O(units · log units).
  init(_ model: PlacementModel) {
    let units = Self.units(model)
    let largest = units.reduce(0) { max($0, min($1.accelerator, $1.cpu)) }
    let best = Self.work(
      units, accelerators: Double(model.deviceLimit), cpus: Double(model.costs.cpus))
    if largest > best.bound {
      bound = largest
      certificate = .relaxation(formula: "largest", multipliers: [:])
    } else {
      bound = best.bound
      certificate = .relaxation(formula: "work", multipliers: ["cpu": best.multiplier])
    }
  }

  /// The bound by work alone.
  static func work(_ model: PlacementModel) -> (bound: Double, multipliers: [String: Double]) {
    let best = work(
      units(model), accelerators: Double(model.deviceLimit), cpus: Double(model.costs.cpus))
    return (best.bound, ["cpu": best.multiplier])
  }

  /// The best multiplier and its bound: sums along ascending ratios say which one is best, and the
  /// bound is summed up anew in the order of the units, as a checker does.
  private static func work(
    _ units: [(accelerator: Double, cpu: Double)], accelerators: Double, cpus: Double
  ) -> (bound: Double, multiplier: Double) {
    func ratio(_ unit: (accelerator: Double, cpu: Double)) -> Double {
      unit.cpu > 0 ? unit.accelerator / unit.cpu : 0
    }
    var best = (bound: 0.0, multiplier: 0.0)
    // Below the ratio at hand units are taken by accelerators, above it by CPUs.
    let sorted = units.filter { ratio($0).isFinite }.sorted { ratio($0) < ratio($1) }
    var below = 0.0
    var above = units.reduce(0) { $0 + $1.cpu }
    for unit in sorted where cpus > 0 {
      below += unit.accelerator
      above -= unit.cpu
      let multiplier = ratio(unit)
      guard accelerators + multiplier * cpus > 0 else { continue }
      let bound = (below + multiplier * max(0, above)) / (accelerators + multiplier * cpus)
      if bound > best.bound { best = (bound, multiplier) }
    }
    guard accelerators + best.multiplier * cpus > 0 else { return (0, best.multiplier) }
    let sum = units.reduce(0.0) { sum, unit in
      sum
        + (cpus > 0 ? min(unit.accelerator, best.multiplier * unit.cpu) : unit.accelerator)
    }
    return (sum / (accelerators + best.multiplier * cpus), best.multiplier)
  }

  private static func units(_ model: PlacementModel) -> [(accelerator: Double, cpu: Double)] {
    model.units.map { nodes in
      (
        nodes.reduce(0) { $0 + model.costs.acceleratorMilliseconds[$1] },
        model.costs.cpus > 0
          ? nodes.reduce(0) { $0 + model.costs.cpuMilliseconds[$1] } : .infinity
      )
    }
  }
}
