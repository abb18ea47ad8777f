/// Sums over layers: what stages and steps take by this profile.
extension Profile {
  /// Seconds of a part of a stage's work on a microbatch.
  ///
  /// The sum over its layers. F and B of several layers are compiled together, which saves a
  /// little; where the profile knows how much all layers save (`Step.whole`), a stage saves its
  /// share of it, by the borders between layers that it holds. The first stage has no upstream that
  /// waits: its I is empty, and its W is all of B.
  /// - Parameters:
  ///   - work: the part.
  ///   - layers: the stage's layers.
  ///   - samples: the microbatch's samples; 0 takes no time.
  public func seconds(_ work: LayerWork, layers: Range<Int>, samples: Int) -> Double {
    if layers.lowerBound == 0 {
      if work == .inputGradient { return 0 }
      if work == .weightGradient { return seconds(.backward, layers: layers, samples: samples) }
    }
    let sum = self.layers[layers].reduce(0) { $0 + $1.seconds(work, samples: samples) }
    return sum * (1 - savedShare(work, layers: layers.count))
  }

  /// Seconds of R of a stage on a microbatch: F of the layers that it recomputes, or of what R
  /// repeats of them.
  ///
  /// - Parameters:
  ///   - stage: the stage.
  ///   - shares: for each layer of the model the share of its F that R repeats; nil for all of it.
  ///   - samples: the microbatch's samples.
  public func recomputeSeconds(_ stage: Plan.Stage, shares: [Double]?, samples: Int) -> Double {
    let sum = stage.recomputed.reduce(0) { sum, layer in
      sum + (shares?[layer] ?? 1) * layers[layer].seconds(.forward, samples: samples)
    }
    return sum * (1 - savedShare(.forward, layers: stage.recomputed.count))
  }

  /// The share of some layers' seconds that they save when they are compiled as one list, by the
  /// borders between them.
  private func savedShare(_ work: LayerWork, layers count: Int) -> Double {
    guard layers.count > 1, count > 1 else { return 0 }
    return savedShare(work) * Double(count - 1) / Double(layers.count - 1)
  }

  /// The share of the layers' seconds that they save when all are compiled as one list.
  private func savedShare(_ work: LayerWork) -> Double {
    guard let whole = step.whole, work == .forward || work == .backward else { return 0 }
    let sum = layers.reduce(0) { $0 + $1.seconds(work, samples: whole.samples) }
    return sum > 0 ? max(0, 1 - whole.timing(work).median / sum) : 0
  }

  /// Seconds of filling a stage's variables for a microbatch.
  public func fillSeconds(layers: Range<Int>, samples: Int) -> Double {
    self.layers[layers].reduce(0) { $0 + $1.fillSeconds(samples: samples) }
  }

  /// Seconds of adding a stage's gradients of one group to those of another.
  public func additionSeconds(layers: Range<Int>) -> Double {
    self.layers[layers].reduce(0) { $0 + $1.addition.median }
  }

  /// Seconds of a stage's update before the scalars are exchanged.
  public func updateSeconds(layers: Range<Int>) -> Double {
    self.layers[layers].reduce(0) { $0 + $1.update.median }
  }

  /// Seconds of a stage's scalars and update after the exchange.
  public func finishSeconds(layers: Range<Int>) -> Double {
    self.layers[layers].reduce(step.objective.median) { $0 + $1.finish.median }
  }

  /// Seconds of a step of all layers on one rank: F and B of every microbatch, the additions over
  /// groups, exchange and update, and what actions cost beside them. An exchange that several ranks
  /// measured is none of a single rank's.
  ///
  /// - Parameter microbatchSizes: the samples of each microbatch.
  public func serialSeconds(microbatchSizes: [Int]) -> Double {
    let all = layers.indices
    let filled = microbatchSizes.filter { $0 > 0 }
    let work = filled.reduce(0.0) { sum, samples in
      sum + fillSeconds(layers: all, samples: samples)
        + seconds(.forward, layers: all, samples: samples)
        + seconds(.backward, layers: all, samples: samples)
    }
    let additions = max(0, min(setting.gradientGroups, filled.count) - 1)
    // F and B of each microbatch; reduction, update, exchange, finish.
    let actions = 2 * filled.count + 4
    return work + Double(additions) * additionSeconds(layers: all) + updateSeconds(layers: all)
      + (setting.ranks == 1 ? step.exchange.median : 0) + finishSeconds(layers: all) + Double(
        actions) * step.action.median
  }
}
