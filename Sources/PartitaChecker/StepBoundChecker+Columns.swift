internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule
internal import PartitaSimulator

/// Plans whose ranks hold several stages.
extension StepBoundChecker {
  /// What ranks that hold several stages take in the mean, or `time` where the busiest takes as long.
  func meanSeconds(_ time: Double) -> Double {
    let all = 0..<layerCount
    let (keptForward, keptBackward) = (kept(.forward), kept(.backward))
    var (total, urgentTotal) = (0.0, 0.0)
    for samples in sizes where samples > 0 {
      let apart = all.dropFirst().reduce(0.0) {
        $0 + profile.layers[$1].seconds(.inputGradient, samples: samples)
          + profile.layers[$1].seconds(.weightGradient, samples: samples)
      }
      let first = profile.layers[0].seconds(.backward, samples: samples)
      let sum = all.reduce(0) { $0 + profile.layers[$1].seconds(.backward, samples: samples) }
      let forward = all.reduce(0) { $0 + profile.layers[$1].seconds(.forward, samples: samples) }
      total +=
        profile.fillSeconds(layers: all, samples: samples) + keptForward * forward
        + min(keptBackward * sum, keptBackward * first + apart) + 2 * costs.actionSeconds
      urgentTotal +=
        profile.fillSeconds(layers: all, samples: samples) + keptForward * forward
        + keptBackward * first
        + all.dropFirst().reduce(0.0) {
          $0
            + min(
              keptBackward * profile.layers[$1].seconds(.backward, samples: samples),
              profile.layers[$1].seconds(.inputGradient, samples: samples))
        }
    }
    total += profile.updateSeconds(layers: all) + profile.finishSeconds(layers: all)
    total += Double(ranks - 1) * profile.step.objective.median
    let filled = Set(sizes.indices.filter { sizes[$0] > 0 }.map { $0 % groups })
    let bytes = 4 * cut.gradientElements.reduce(0, +)
    total += Double(max(0, filled.count - 1) * bytes) * costs.reductionSecondsPerByte
    let smallest = sizes.filter { $0 > 0 }.min() ?? 1
    /// Of all layers from one on the least way to or from it.
    func least(_ layer: Int, _ way: (Int) -> Double) -> Double {
      (min(layer, layerCount - 1)..<layerCount).map(way).min() ?? 0
    }
    var mean = Double.infinity
    let fewest = max(2, Int((Double(ranks) / Double(groups)).rounded(.up)))
    for columns in fewest...max(fewest, min(ranks, layerCount / 2)) {
      // Ranks are shared out so that they wait least: the columns in front get what there is.
      var replicas = Array(repeating: 1, count: columns)
      for column in replicas.indices {
        replicas[column] += min(groups - 1, ranks - replicas.reduce(0, +))
      }
      let before = replicas.enumerated().map { column, count in
        Double(count)
          * (column == 0
            ? 0
            : least(column) { way(to: $0, smallest) } / fastest
              + hop(from: min(column, layerCount - 1), .activation))
      }
      let behind = replicas.enumerated().map { column, count in
        Double(count)
          * (column == 0
            ? 0
            : (least(column) { wayBack(from: $0, smallest) } + firstUpdate)
              / fastest + hop(from: min(column, layerCount - 1), .gradient))
      }
      let waits = before.reduce(0, +)
      mean = min(
        mean,
        max(total / fastest + waits, urgentTotal / fastest + waits + behind.reduce(0, +)))
    }
    let exchange = costs.exchangeSeconds(ranks: ranks)
    return max(mean / Double(ranks) + exchange, isPacked(by: time - exchange) ? 0 : time)
  }

  /// Whether whole layers can be shared out over two or more columns, two or more to each, so that no rank
  /// has more work than `time`.
  private func isPacked(by time: Double) -> Bool {
    let work = (0..<layerCount).map { layer in
      (1...max(1, min(groups, ranks))).map { load(layer, replicas: $0) / fastest }
    }
    let smallest = sizes.filter { $0 > 0 }.min() ?? 1
    // Who doesn't hold the first layer waits for it.
    let wait =
      layerCount > 1
      ? ((1..<layerCount).map { way(to: $0, smallest) }.min() ?? 0) / fastest
        + hop(from: 1, .activation) : 0
    var tries = 0
    /// Whether the layers from one on fit into columns that have so much left.
    func fit(_ layer: Int, _ left: [(replicas: Int, seconds: Double)]) -> Bool {
      guard layer < layerCount else { return true }
      tries += 1
      // What can't be tried out may fit.
      guard tries < 5_000_000 else { return true }
      for index in left.indices {
        let need = work[layer][left[index].replicas - 1]
        guard need <= left[index].seconds else { continue }
        var rest = left
        rest[index].seconds -= need
        if layer == 0 {
          for other in rest.indices where other != index { rest[other].seconds -= wait }
        }
        if fit(layer + 1, rest) { return true }
      }
      return false
    }
    func columns(_ ranks: Int, _ most: Int) -> [[Int]] {
      ranks == 0
        ? [[]]
        : (1...max(1, min(most, ranks))).flatMap { count in
          columns(ranks - count, count).map { [count] + $0 }
        }
    }
    guard ranks <= 64 else { return true }
    return columns(ranks, groups).contains { replicas in
      replicas.count > 1 && 2 * replicas.count <= layerCount
        && fit(0, replicas.map { ($0, time) })
    }
  }

  /// What a layer adds to a rank at the least, the busiest of so many that share its microbatches.
  private func load(_ layer: Int, replicas: Int) -> Double {
    let one = profile.layers[layer]
    let filled = Set(sizes.indices.filter { sizes[$0] > 0 }.map { $0 % groups })
    let reduction = Reduction(groups: groups, replicas: replicas, filled: filled)
    let across = costs.measuredReductions.isEmpty ? reduction.across.count : 0
    func samples(_ replica: Int) -> Int {
      sizes.indices.filter { $0 % groups % replicas == replica }.reduce(0) { $0 + sizes[$1] }
    }
    let replica = (0..<replicas).max { samples($0) < samples($1) } ?? 0
    let own = sizes.indices.filter { sizes[$0] > 0 && $0 % groups % replicas == replica }
    let microbatches = own.reduce(0.0) { sum, microbatch in
      let samples = sizes[microbatch]
      let fused = kept(.backward) * one.seconds(.backward, samples: samples)
      let split =
        one.seconds(.inputGradient, samples: samples)
        + one.seconds(.weightGradient, samples: samples)
      return sum + one.fillSeconds(samples: samples)
        + kept(.forward) * one.seconds(.forward, samples: samples)
        + (layer == 0 ? fused : min(fused, split))
    }
    let additions =
      (Double(reduction.local[replica].count) + Double(across) / Double(replicas))
      * Double(4 * cut.gradientElements[layer]) * costs.reductionSecondsPerByte
    return microbatches + additions
      + (one.update.median + one.finish.median) * least(of: replicas)
  }
}
