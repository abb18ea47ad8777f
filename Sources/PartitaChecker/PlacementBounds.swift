internal import PartitaWorkload

extension CheckedPlacement {
  /// The formulas of device placement.
  ///
  /// - "work", with the price λ = `cpu` of a CPU's time in an accelerator's: if no device is busy
  ///   longer than V, then Σ min(a, λp) <= (accelerators + λ · CPUs) · V.
  /// - "largest": some device is busy with each colour class.
  func bound(
    formula: String, multipliers: [String: Double]
  ) throws(WorkloadError) -> Double {
    let accelerator = colorGroups.map { $0.reduce(0) { $0 + costs.acceleratorMilliseconds[$1] } }
    let cpu = colorGroups.map { group in
      costs.cpus == 0 ? .infinity : group.reduce(0) { $0 + costs.cpuMilliseconds[$1] }
    }
    switch formula {
    case "work":
      guard let price = multipliers["cpu"], multipliers.count == 1, price >= 0, price.isFinite
      else {
        throw .invalid(
          place: "certificate", problem: "'work' takes one multiplier, 'cpu', of 0 or more")
      }
      var work = 0.0
      for (a, p) in zip(accelerator, cpu) { work += costs.cpus == 0 ? a : min(a, price * p) }
      return work / (Double(devices) + price * Double(costs.cpus))
    case "largest" where multipliers.isEmpty:
      return zip(accelerator, cpu).map { min($0, $1) }.max() ?? 0
    default:
      throw unknown(formula: formula, multipliers: multipliers)
    }
  }
}
