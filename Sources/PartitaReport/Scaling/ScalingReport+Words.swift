internal import PartitaPlan

extension ScalingReport {
  /// The result in one or two sentences.
  public var headline: String {
    let figures = figures
    guard let best = figures.last(where: { !$0.isOversubscribed && $0.measurement.ranks > 1 })
    else {
      guard let last = figures.last, last.measurement.ranks > 1 else {
        return "\(name): a step takes \(NumberText.seconds(measurements[0].seconds)) on one rank."
      }
      return "\(name): \(last.measurement.ranks) ranks that share \(cores) are "
        + "\(factor(last)) as fast as one\(spread(last)). With more ranks than cores that says nothing about "
        + "scaling."
    }
    guard scaling == .strong else {
      return "\(name): \(best.measurement.ranks) ranks with a batch that grows with them train "
        + "\(factor(best)) the samples a second of one\(spread(best)), a parallel efficiency of "
        + "\(NumberText.percent(best.efficiency))."
    }
    return "\(name): one step on \(best.measurement.ranks) ranks is \(factor(best)) as fast as on "
      + "one\(spread(best)), a parallel efficiency of \(NumberText.percent(best.efficiency))."
  }

  /// What else is to be said at once, a sentence each.
  public var remarks: [String] {
    var remarks: [String] = []
    let figures = figures
    let shared = figures.filter(\.isOversubscribed).map { "\($0.measurement.ranks)" }
    if !shared.isEmpty {
      remarks.append(
        "This machine gives ranks \(cores): \(shared.joined(separator: ", ")) ranks shared them. "
          + "Those points are hollow in the plots, and no test of scaling.")
    }
    if let unsteady = figures.filter({ !$0.isOversubscribed }).map(\.measurement).max(by: {
      $0.unsteadiness < $1.unsteadiness
    }), unsteady.unsteadiness > 0.2 {
      remarks.append(
        "The machine was busy, or its speed wandered, while this was measured: launches of "
          + "\(unsteady.ranks) \(unsteady.ranks == 1 ? "rank" : "ranks") differ by "
          + "\(NumberText.percent(unsteady.unsteadiness)). Measure again when it is quiet.")
    }
    let errors = figures.filter { !$0.isOversubscribed }.compactMap(\.predictionError).map(abs)
    if let worst = errors.max() {
      remarks.append(
        "Where each rank had a core, the predicted step was off by \(NumberText.percent(errors.median)) in the median, "
          + "\(NumberText.percent(worst)) at worst.")
    }
    if let last = simulated.last {
      remarks.append(
        "Simulated, not measured: \(NumberText.count(last.ranks)) ranks of \(last.cluster) would "
          + "be \(NumberText.significant(last.efficiency * Double(last.ranks))) times as fast as "
          + "one (\(NumberText.percent(last.efficiency))).")
    }
    return remarks
  }

  private func factor(_ figures: ScalingFigures) -> String {
    "\(NumberText.significant(figures.speedUp)) times"
  }

  /// The spread of a factor, and how many launches it is of.
  private func spread(_ figures: ScalingFigures) -> String {
    let count = figures.measurement.repeats.count
    guard count > 1 else { return " in a single launch" }
    return " (\(NumberText.significant(figures.speedUpSpread.lowerBound)) to "
      + "\(NumberText.significant(figures.speedUpSpread.upperBound)) over \(count) launches)"
  }

  private var cores: String {
    switch machine.cores {
    case 0: "less than a core"
    case 1: "one core"
    case let count: "\(count) cores"
    }
  }

  private static let bubbles = [
    ReportFact(
      "Bubble",
      "The idle share of all ranks' time until the last rank is done, reduction and update "
        + "included."),
    ReportFact(
      "Bubble by span",
      "The share that a rank's compute lacks, on average, of the longest time from a rank's first "
        + "compute action to its last (Qi et al., arXiv 2401.10241, section 5.2)."),
  ]

  /// What each number means.
  var definitions: [ReportFact] {
    var all = [
      ReportFact(
        "Seconds of a step",
        "Each launch runs some steps that don't count, then the steps that do; of each step the "
          + "slowest rank counts, and of a launch the median step. A first launch of each number of "
          + "ranks is thrown away; the others come in rounds, each number of ranks once a round. What "
          + "is reported is the median over launches; the spread is the fastest and the slowest."),
      ReportFact(
        "Speed-up",
        "Samples a second on n ranks over samples a second on one rank, which runs the same "
          + "configuration, microbatches included. Its spread keeps the median of one rank."),
      ReportFact("Parallel efficiency", "Speed-up over n."),
      ReportFact(
        "Plan",
        "Stages x replicas: 2 x 1 is the network cut into two stages, a rank each; 1 x 2 is the whole "
          + "network on each of two ranks, which share the batch. 3+1 is two stages, the first on three "
          + "ranks."),
      scaling == .strong
        ? ReportFact(
          "Strong scaling", "The batch is the same for every number of ranks: ideal is T(1)/n.")
        : ReportFact(
          "Weak scaling",
          "Batch and microbatches grow with the ranks, so each has the same work: ideal is T(1)."),
      ReportFact(
        "Lost time",
        "The measured step less the ideal; the plot shows both in parts of the ideal. Where each rank has "
          + "a core, a step is traced, the one of median length of a launch of its own: each wait in it has "
          + "the cause that the trace shows, and slower work is what ranks compute longer than their "
          + "share of the serial step; means over ranks, scaled to the measured step. With more ranks "
          + "than cores, first what the missing cores cost, then the idle times of the prediction, "
          + "scaled alike. What is left is called other. The parts add up to the whole; "
          + "below the axis, ranks worked faster than their share of the serial step."),
    ]
    if figures.contains(where: { $0.predictedSpeedUp != nil }) {
      all.append(contentsOf: Self.bubbles)
      all.append(
        ReportFact(
          "Prediction",
          "The simulator performs the very program that the ranks perform, with the profile's "
            + "seconds and a core for each rank. Its error is predicted over measured, less one. A predicted speed-up is "
            + "the measured one-rank seconds over the predicted ones."))
    }
    if !simulated.isEmpty {
      all.append(
        ReportFact(
          "Simulated",
          "Predicted for a cluster that was not there; nothing of it was measured. Its efficiency "
            + "is against one rank of that cluster."))
    }
    return all
  }
}
