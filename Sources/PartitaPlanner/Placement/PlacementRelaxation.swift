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
  /// Units are colour classes, and nodes without one. Complexity: O(units²).
  init(_ model: PlacementModel) {
    let units = Self.units(model)
    let largest = units.reduce(0) { max($0, min($1.accelerator, $1.cpu)) }
    var best = (bound: 0.0, multiplier: 0.0)
    let (k, l) = (Double(model.deviceLimit), Double(model.costs.cpus))
    for multiplier in Set(units.map { $0.cpu > 0 ? $0.accelerator / $0.cpu : 0 } + [0])
    where multiplier.isFinite && (k + multiplier * l) > 0 {
      let sum = units.reduce(0.0) { sum, unit in
        sum + (l > 0 ? min(unit.accelerator, multiplier * unit.cpu) : unit.accelerator)
      }
      let bound = sum / (k + multiplier * l)
      if (bound, -multiplier) > (best.bound, -best.multiplier) { best = (bound, multiplier) }
    }
    if largest > best.bound {
      bound = largest
      certificate = .relaxation(formula: "largest", multipliers: [:])
    } else {
      bound = best.bound
      certificate = .relaxation(formula: "work", multipliers: ["cpu": best.multiplier])
    }
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
