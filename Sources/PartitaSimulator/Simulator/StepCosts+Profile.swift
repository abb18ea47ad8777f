internal import PartitaGraph
public import PartitaPlan
public import PartitaSchedule

extension StepCosts {
  /// The costs of a program's stages by a profile of its model; messages by what the profile
  /// measured of them, or by a cluster.
  ///
  /// - Parameters:
  ///   - profile: what the model's layers cost.
  ///   - program: whose stages are asked for; the profile must be of its model.
  ///   - cluster: what lies between the ranks; nil takes the profile's own messages.
  /// - Throws: `ProfileError` where the profile is of another model.
  public init(
    _ profile: Profile, for program: Program, on cluster: Cluster? = nil
  ) throws(ProfileError) {
    try profile.check(layers: program.pipeline.layers)
    try self.init(
      profile, plan: program.plan, recomputation: program.pipeline.recomputation,
      microbatchSizes: program.microbatchSizes, on: cluster)
    let scalars = profile.step.objective.median
    for stage in stages.indices {
      let share = program.updateShare(ofStage: stage)
      stages[stage].updateSeconds *= share
      stages[stage].finishSeconds = scalars + (stages[stage].finishSeconds - scalars) * share
    }
  }

  /// The costs of a plan's stages, whatever the order of actions.
  ///
  /// - Parameters:
  ///   - profile: what the model's layers cost.
  ///   - plan: whose stages are asked for; of the profile's model.
  ///   - recomputation: what R repeats, where the plan has any.
  ///   - microbatchSizes: the samples of each microbatch.
  ///   - cluster: what lies between the ranks; nil takes the profile's own messages.
  /// - Throws: `ProfileError.invalid` where bytes can't be counted.
  package init(
    _ profile: Profile, plan: Plan, recomputation: Pipeline.Recomputation? = nil,
    microbatchSizes: [Int], on cluster: Cluster?
  ) throws(ProfileError) {
    let sizes = Set(microbatchSizes.filter { $0 > 0 }).sorted()
    let (small, large) = (sizes.first ?? 1, sizes.last ?? 1)
    func line(_ seconds: (Int) -> Double) -> Line {
      // Exact for the batch's own sizes, of which there are at most two.
      let most = seconds(large)
      guard small < large else { return Line(perSample: most / Double(large)) }
      let slope = (most - seconds(small)) / Double(large - small)
      return Line(fixed: most - slope * Double(large), perSample: slope)
    }
    let stages = plan.stages.enumerated().map { index, stage in
      func work(_ work: LayerWork) -> Line {
        line { profile.seconds(work, layers: stage.layers, samples: $0) }
      }
      var costs = Stage(
        forward: line {
          profile.seconds(.forward, layers: stage.layers, samples: $0)
            + profile.fillSeconds(layers: stage.layers, samples: $0)
        }, inputGradient: work(.inputGradient), weightGradient: work(.weightGradient),
        backward: work(.backward),
        recompute: line {
          profile.recomputeSeconds(stage, shares: recomputation?.shares, samples: $0)
        })
      costs.updateSeconds = profile.updateSeconds(layers: stage.layers)
      costs.finishSeconds = profile.finishSeconds(layers: stage.layers)
      let stash = profile.layers[stage.layers].reduce(0) { $0 + $1.bytes.stashPerSample }
      costs.recomputedBytesPerSample =
        recomputation?.madePerSample[index]
        ?? stage.recomputed.reduce(0) { $0 + profile.layers[$1].bytes.stashPerSample }
      costs.stashBytesPerSample =
        max(0, stash - costs.recomputedBytesPerSample) + (recomputation?.keptPerSample[index] ?? 0)
      return costs
    }
    let stash = profile.layers.reduce(0) { Int.sum($0, $1.bytes.stashPerSample) }
    let samples = microbatchSizes.reduce(0) { Int.sum($0, $1) }
    guard Int.product(stash, samples) <= Graph.operationLimit else {
      throw .invalid(
        "\(samples) samples of a step would keep \(stash) bytes each: too many to count")
    }
    self.init(stages: stages)
    actionSeconds = profile.step.action.median
    let gradients = profile.layers.reduce(0) { $0 + $1.bytes.gradients }
    if gradients > 0 {
      reductionSecondsPerByte =
        profile.additionSeconds(layers: profile.layers.indices) / Double(gradients)
    }
    setMessages(profile, cluster)
  }

  private mutating func setMessages(_ profile: Profile, _ cluster: Cluster?) {
    if let cluster {
      hosts = (0..<cluster.deviceCount).map { cluster.host(ofDevice: $0) }
      speeds = cluster.speeds
      if let link = cluster.withinHost { sameHost = Link(link) }
      if let link = cluster.acrossHosts { acrossHosts = Link(link) }
      exchangeRoundSeconds = max(sameHost.latencySeconds, acrossHosts.latencySeconds)
    } else if let messages = profile.messages {
      for link in messages.links {
        if link.from == link.to { sameRank = Link(link.curve) } else { sameHost = Link(link.curve) }
      }
      acrossHosts = sameHost
      measuredReductions = messages.reductions
    }
    if cluster == nil, let exchange = profile.messages?.exchanges.last, exchange.ranks > 1 {
      let rounds = Double(Int.bitWidth - (exchange.ranks - 1).leadingZeroBitCount)
      exchangeRoundSeconds = exchange.curve.latencySeconds / rounds
    }
  }
}

extension StepCosts.Link {
  /// A cluster's link; what says nothing of an eager limit may always leave at once.
  fileprivate init(_ link: Cluster.Link) {
    self.init(
      latencySeconds: link.latencySeconds.value, bytesPerSecond: link.bytesPerSecond.value,
      eagerLimitBytes: link.eagerBytes.map { Int(clamping: $0.value) } ?? .max)
  }

  /// What a curve says of ranks that share a host's memory. No wire carries a message there: an
  /// empty one's time is the sender's work, what more a long one takes is the receiver's copy.
  fileprivate init(_ curve: MessageProfile.Curve) {
    self.init()
    senderSeconds = curve.latencySeconds
    measuredReading = curve
  }
}
