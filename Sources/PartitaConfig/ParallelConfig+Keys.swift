package import PartitaKeys
internal import PartitaSchedule

extension ParallelConfig {
  /// The keys of the section.
  package static let keys = [
    KeyDescription(
      CodingKeys.plan.stringValue, type: "`auto`, or a path of a plan's file",
      standard: "`auto`, where none of the keys from `stages` to `recompute` is given",
      meaning:
        "who chooses them: the planner, for this network on these ranks, or a file that it wrote"),
    KeyDescription(
      "stages", type: "whole number from 1, a multiple of `virtual`",
      standard: "with `cuts`, one more than it names; else chosen for the ranks",
      meaning: "all stages of the pipeline, those of all columns together"),
    KeyDescription(
      "virtual", type: "whole number from 1", standard: "the least that the schedule works with",
      meaning: "stages of each column"),
    KeyDescription(
      "replicas", type: "whole number, or a list with one for each column",
      standard: "chosen for the ranks", meaning: "ranks of the columns"),
    KeyDescription(
      "cuts", type: "list of layer names", standard: "balanced by cost",
      meaning: "the first layer of each stage but the first, in order"),
    KeyDescription(
      "schedule", type: "see below, or a path that ends in `.csv`", standard: "`1f1b`",
      meaning: "the order of compute actions"),
    KeyDescription(
      "recompute", type: "`none`, `all`, list of layer names, or `{stages: [0, ...]}`",
      standard: "`none`",
      meaning: "the layers whose values aren't kept for the backward pass, but computed again, "
        + "see below"),
    KeyDescription(
      CodingKeys.shardedUpdate.stringValue, type: "true or false", standard: "false",
      meaning:
        "whether each of a stage's replicas updates its share of the weights alone, and keeps "
        + "what the optimizer remembers of that share alone: the same bits, see below"),
    KeyDescription(
      CodingKeys.sharedMemory.stringValue, type: "true or false", standard: "true",
      meaning:
        "whether ranks of one host read activations and add up gradients where they lie, in memory "
        + "that they share; without it, or where it can't be had, they send messages: the same bits"
    ),
    KeyDescription(
      "progress", oneOf: ProgressConfig.self, standard: "`auto`",
      meaning: "how messages move while kernels run, see below"),
    KeyDescription(
      "timeout", type: "number above 0", standard: "300",
      meaning: "seconds that a rank waits for another before it gives up; time in which it doesn't "
        + "run, as in a suspended job, isn't counted"),
  ]
}

extension ConfigForm<ParallelConfig.Replicas> {
  static let replicas = ConfigForm(
    expected: "a whole number above 0, or a list with one for each stage"
  ) { node in
    let count = ConfigForm<Int>.integer(atLeast: 1)
    if let every = count.read(node) { return .every(every) }
    return ConfigForm<[Int]>.list(of: count, atLeast: 1).read(node).map { .perStage($0) }
  }
}

extension ConfigForm<ParallelConfig.Schedule> {
  static func schedule(_ schedules: ScheduleCatalogue) -> Self {
    ConfigForm(
      expected: "one of \(schedules.names.joined(separator: ", ")), or a file that ends in .csv",
      names: schedules.names
    ) { node in
      guard case .scalar(let text, quoted: _) = node.content else { return nil }
      if text.hasSuffix(".csv") { return .file(text) }
      return schedules[text].map { .named($0) }
    }
  }
}
