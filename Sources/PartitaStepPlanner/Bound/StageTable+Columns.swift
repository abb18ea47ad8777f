internal import PartitaPlan
internal import PartitaSchedule

/// Plans whose ranks hold several stages.
extension StageTable {
  /// Seconds that no step of several stages on a rank is shorter than, by the mean over ranks.
  ///
  /// A column's first stage is the one of its number, so it begins no earlier in the network than that:
  /// its ranks wait for the layers before, and what they make last has the way back before it. With
  /// most replicas in front the ranks wait least.
  /// - Parameters:
  ///   - ranks: how many there are.
  ///   - groups: the most replicas.
  func meanBound(ranks: Int, groups: Int) -> Double {
    let all = 0..<layerCount
    let keptBackward = kept(savedBackward, all)
    var (work, urgent) = (0.0, 0.0)
    for (count, size) in zip(counts[0], sizes) where count > 0 {
      let (rest, first) = (1..<layerCount, keptBackward * size.backward[0..<1])
      let apart = first + size.input[rest] + size.weight[rest]
      let forward = forward(size, all)
      work +=
        Double(count) * (forward + min(keptBackward * size.backward[all], apart) + 2 * action)
      urgent +=
        Double(count)
        * (forward + first
          + rest.reduce(0) {
            $0 + min(keptBackward * size.backward[$1..<$1 + 1], size.input[$1..<$1 + 1])
          })
    }
    work +=
      updates[all] + finishes[all] + Double(ranks) * objective
      + Double(allAdditions) * additions[all] * 0.999
    var least = Double.infinity
    let fewest = max(2, (ranks + groups - 1) / groups)
    for columns in fewest...max(fewest, min(ranks, layerCount / 2)) {
      var (spare, heads, ways) = (ranks - columns, 0.0, 0.0)
      for column in 0..<columns {
        let more = min(spare, groups - 1)
        spare -= more
        let layer = min(column, layerCount - 1)
        heads += Double(1 + more) * head(layer)
        ways += Double(1 + more) * (head(layer) + tail(layer))
      }
      least = min(least, max(work / fastest + heads, urgent / fastest + ways))
    }
    // A layer is on one column whole.
    let loads = all.map { layer in
      (1...min(groups, ranks)).map { load(of: layer, replicas: $0) }
    }
    let largest = loads.compactMap(\.last).max() ?? 0
    let packed = PackingBound(loads: loads, groups: groups, head: layerCount > 1 ? head(1) : 0)
      .seconds(ranks: ranks)
    return (max(least / Double(ranks), largest, packed) + exchange) * Self.slack
  }

  /// What a layer adds to its rank, whatever layers it is compiled with.
  private func load(of layer: Int, replicas: Int) -> Double {
    let layers = layer..<layer + 1
    let (keptForward, keptBackward) = (
      kept(savedForward, 0..<layerCount), kept(savedBackward, 0..<layerCount)
    )
    let step = zip(counts[replicas - 1], sizes).reduce(0) { sum, entry in
      let (count, size) = entry
      let fused = keptBackward * size.backward[layers]
      let backward = layer == 0 ? fused : min(fused, size.input[layers] + size.weight[layers])
      return sum
        + Double(count) * (size.fill[layers] + keptForward * size.forward[layers] + backward)
    }
    return
      (step + additionCounts[replicas - 1] * additions[layers]
      + (updates[layers] + finishes[layers]) * updateShares[replicas]) / fastest
  }
}
