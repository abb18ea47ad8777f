internal import PartitaGraph

extension Program {
  /// What a message carries, in words.
  func words(_ message: ProgramMessage) -> String { words(message.content) }

  /// What a message carries, in words.
  func words(_ content: ProgramMessage.Content) -> String {
    switch content {
    case .edge(let index, let microbatch):
      guard pipeline.edges.indices.contains(index) else { return "the value of no edge" }
      let edge = pipeline.edges[index]
      let what =
        switch edge.kind {
        case .activation: "the activation"
        case .gradient: "the gradient"
        case .contribution: "the tied gradient"
        case .parameter: "the tied weight"
        }
      let batch = microbatch.map { " of microbatch \($0)" } ?? ""
      return "\(what) \"\(edge.name)\"\(batch) from stage \(edge.from) to stage \(edge.to)"
    case .partial(let stage, let bucket, let partial, let chunk):
      return "partial sum \(partial) of chunk \(chunk) of stage \(stage)'s bucket \(bucket)"
    case .sum(let stage, let bucket, let chunk):
      return "finished chunk \(chunk) of stage \(stage)'s bucket \(bucket)"
    case .weights(let stage, let bucket, let chunk):
      return "the new weights of chunk \(chunk) of stage \(stage)'s bucket \(bucket)"
    }
  }

  /// An action of a rank, in its own words.
  func words(rank: Int, action: Int) -> String {
    let actions = ranks[rank].actions
    return actions.indices.contains(action) ? actions[action].description : "the end"
  }
}
