internal import PartitaPlan

extension SchedulingProblem {
  /// Seconds that no schedule within the limit can be shorter than: the largest of three bounds for
  /// each rank.
  ///
  /// Complexity: O(ranks · chunks + stages).
  var lowerBound: Double {
    let stages = costs.stages
    let hop = stages.indices.dropFirst().map { stage in
      Set(plan.stages[stage - 1].ranks).isDisjoint(with: plan.stages[stage].ranks)
        ? costs.communication : 0
    }
    // head[s]: no F of stage s starts earlier, for its microbatch goes through all stages before.
    var head = [0.0]
    // upstream[s]: from the end of an I of stage s to the end of its microbatch's W on stage 0.
    var upstream = [0.0]
    for stage in stages.indices.dropFirst() {
      head.append(head[stage - 1] + stages[stage - 1].forward + hop[stage - 1])
      upstream.append(
        (stage == 1 ? stages[0].weightGradient : upstream[stage - 1])
          + stages[stage - 1].inputGradient + hop[stage - 1])
    }
    // turn[s]: from the end of an F of stage s to where its I can start: down to the loss and back.
    var turn = stages.map { _ in 0.0 }
    for stage in stages.indices.dropLast().reversed() {
      let below = stages[stage + 1]
      turn[stage] = turn[stage + 1] + below.forward + below.inputGradient + 2 * hop[stage]
    }

    var bound = 0.0
    for shares in shares {
      guard let first = shares.first else { continue }
      // A rank starts with an F, of its first stage at the earliest, and does one thing at a time;
      // its last action may be a W, behind which nobody waits.
      let start = head[first.stage]
      let work = shares.reduce(0.0) { sum, share in
        let stage = stages[share.stage]
        return sum + Double(share.microbatches.count)
          * (stage.forward + stage.inputGradient + stage.weightGradient)
      }
      bound = max(bound, start + work)
      // When its first stage's last I ends, every F and I of that stage is done, and every one of
      // the stages that share its ranks, for they come before I of the same microbatch; and this
      // microbatch has all the way up before it.
      let column = shares.filter { plan.stages[$0.stage].ranks == plan.stages[first.stage].ranks }
      let urgent = column.reduce(0.0) { sum, share in
        sum + Double(share.microbatches.count)
          * (stages[share.stage].forward + stages[share.stage].inputGradient)
      }
      bound = max(bound, start + urgent + upstream[first.stage])
      // Each stash is kept from the start of F to the end of W, at the least down to the loss and
      // back; all of them together fit under the limit at any time from the rank's start to the
      // end.
      let kept = shares.reduce(0.0) { sum, share in
        let stage = stages[share.stage]
        let life =
          stage.forward + turn[share.stage] + stage.inputGradient + stage.weightGradient
        return sum + Double(share.microbatches.count) * Double(share.bytes) * life
      }
      // Where all stashes have one size, what doesn't hold a whole one is no use.
      let isUniform = shares.allSatisfy { $0.bytes == first.bytes }
      let usable = isUniform && first.bytes > 0 ? limit / first.bytes * first.bytes : limit
      if usable > 0 { bound = max(bound, start + kept / Double(usable)) }
    }
    return bound
  }
}
