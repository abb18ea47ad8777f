internal import PartitaWorkload

/// Pairs of prefixes between which there may be a stage of one degree below the threshold.
struct PiperPairs {
  private let model: CheckedPiper
  private let prefixes: NodeSets
  private let labels: CheckedLabels
  private let degree: Int
  private let threshold: Double
  /// The numbers of replicas that share the microbatches evenly.
  private let replicas: [Int]
  /// For each prefix the seconds of its nodes, each in its fastest variant of the degree.
  private let work: [Double]
  /// Seconds by which differences of `work` may be wrong.
  private let slack: Double

  init(
    _ model: CheckedPiper, _ prefixes: NodeSets, _ labels: CheckedLabels, degree: Int,
    threshold: Double
  ) {
    self.model = model
    self.prefixes = prefixes
    self.labels = labels
    self.degree = degree
    self.threshold = threshold
    replicas = (1...max(1, model.mostReplicas)).filter {
      model.microbatches.isMultiple(of: $0) && $0 * degree <= model.devices
    }
    let seconds = model.costs.variants.map { variants in
      variants.filter { $0.tensorDegree == degree }.map(\.seconds).min() ?? 0
    }
    work = model.sums(of: seconds, over: prefixes)
    slack = PartitionChecker.valueTolerance * (seconds.reduce(0, +) + threshold)
  }

  /// Throws for the first stage that contradicts the needs.
  func requireNoCheaperStage() throws(WorkloadError) {
    for prefix in 0..<prefixes.count {
      for next in prefix..<prefixes.count
      where next != prefix && prefixes.isNested(prefix, in: next) {
        try requireNone(from: prefix, to: next)
      }
    }
  }

  private func requireNone(from prefix: Int, to next: Int) throws(WorkloadError) {
    var stage: CheckedPiperStage?
    for count in replicas {
      let seconds = (work[next] - work[prefix]) / Double(count)
      if seconds >= threshold + slack { continue }
      guard let behind = fewestReplicas(behind: next, contradicting: prefix, stage: count) else {
        continue
      }
      if stage == nil {
        stage = CheckedPiperStage(model, prefixes.nodes(of: next, without: prefix), degree: degree)
      }
      guard let stage else { return }
      if stage.isPossible(replicas: count, behind: behind, below: model.strict(threshold)) {
        throw CheckedLabels.contradicted(
          prefix, by: next, stage: "of degree \(degree) on \(count) replicas")
      }
    }
  }

  /// The fewest replicas of a need behind a stage that together with the stage is within the limits
  /// and less than what the labels in front of it say; nil if there is none.
  ///
  /// Memory grows with the replicas behind, so that this need decides for all.
  private func fewestReplicas(
    behind next: Int, contradicting prefix: Int, stage replicas: Int
  ) -> Int? {
    // The needs' others descend.
    for need in labels.needs[next].reversed() {
      let all = CheckedLabels.Need(
        devices: need.devices + replicas * degree, others: need.others + replicas)
      if !labels.isBeyondLimits(all), !labels.allows(all, in: labels.needs[prefix]) {
        return need.others
      }
    }
    return nil
  }
}
