internal import PartitaPlan

extension Program {
  /// What ranks send each other in a step, whatever their order.
  ///
  /// - Parameter microbatches: those that have samples, ascending.
  static func communication(
    _ pipeline: Pipeline, plan: Plan, microbatches: [Int]
  ) -> (messages: [ProgramMessage], channels: Channels, reductions: [Reduction]) {
    var messages: [ProgramMessage] = []
    let channels = Channels(pipeline, plan: plan, microbatches: microbatches, table: &messages)
    var byReplicas: [Int: Reduction] = [:]
    let groups = Set(microbatches.map(plan.group(ofMicrobatch:)))
    let reductions = plan.stages.map { stage in
      if let known = byReplicas[stage.replicas] { return known }
      let reduction = Reduction(
        groups: plan.gradientGroups, replicas: stage.replicas, filled: groups)
      byReplicas[stage.replicas] = reduction
      return reduction
    }
    if pipeline.isTraining {
      for stage in plan.stages.indices where plan.stages[stage].replicas > 1 {
        messages += Self.messages(
          reducing: stage, of: plan, by: reductions[stage], in: pipeline)
      }
    }
    return (messages, channels, reductions)
  }

  /// The messages of a stage's reduction: chunk by chunk, partial sums to the chunk's owner, and
  /// the finished chunk, or the weights that are made of it, to all others.
  private static func messages(
    reducing stage: Int, of plan: Plan, by reduction: Reduction, in pipeline: Pipeline
  ) -> [ProgramMessage] {
    let ranks = plan.stages[stage].ranks
    let sharded = pipeline.shardedBuckets(ofStage: stage)
    var messages: [ProgramMessage] = []
    for (bucket, range) in pipeline.buckets(ofStage: stage).enumerated() {
      for chunk in ranks.indices
      where !pipeline.chunk(chunk, of: ranks.count, in: range, ofStage: stage).isEmpty {
        for (index, partial) in reduction.partials.enumerated() where partial.replica != chunk {
          messages.append(
            ProgramMessage(
              content: .partial(stage: stage, bucket: bucket, partial: index, chunk: chunk),
              from: ranks[partial.replica], to: ranks[chunk]))
        }
        for replica in ranks.indices where replica != chunk {
          messages.append(
            ProgramMessage(
              content: bucket < sharded
                ? .weights(stage: stage, bucket: bucket, chunk: chunk)
                : .sum(stage: stage, bucket: bucket, chunk: chunk), from: ranks[chunk],
              to: ranks[replica]))
        }
      }
    }
    return messages
  }
}
