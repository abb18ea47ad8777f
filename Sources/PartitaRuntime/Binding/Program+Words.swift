internal import PartitaGraph
internal import PartitaSchedule

extension Program {
  /// What a message carries, for people.
  func words(for message: ProgramMessage) -> String {
    let ranks = "from rank \(message.from) to rank \(message.to)"
    switch message.content {
    case .edge(let index, let microbatch):
      let edge = pipeline.edges[index]
      let batch = microbatch.map { ", microbatch \($0)" } ?? ""
      return "\(edge.kind.rawValue) \(edge.name), stage \(edge.from) to stage \(edge.to)\(batch), "
        + ranks
    case .partial(let stage, let bucket, _, _):
      return "partial gradient sum of stage \(stage), bucket \(bucket), \(ranks)"
    case .sum(let stage, let bucket, _):
      return "gradient sum of stage \(stage), bucket \(bucket), \(ranks)"
    case .weights(let stage, let bucket, _):
      return "new weights of stage \(stage), bucket \(bucket), \(ranks)"
    }
  }
}
