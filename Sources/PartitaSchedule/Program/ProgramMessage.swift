/// One message of a step.
public struct ProgramMessage: Hashable, Sendable {
  /// What a message carries.
  public enum Content: Hashable, Sendable {
    /// The value of an edge, for one microbatch or for the step.
    case edge(Int, microbatch: Int?)
    /// A replica's partial sum: the part of a bucket that the receiver adds up.
    case partial(stage: Int, bucket: Int, partial: Int, chunk: Int)
    /// The finished part of a bucket.
    case sum(stage: Int, bucket: Int, chunk: Int)
    /// The new weights of the part of a bucket that one replica has updated alone.
    case weights(stage: Int, bucket: Int, chunk: Int)
  }

  /// What it carries.
  public let content: Content
  private let sender, receiver: Int32

  package init(content: Content, from: Int, to: Int) {
    self.content = content
    sender = Int32(from)
    receiver = Int32(to)
  }

  /// The sending rank.
  public var from: Int { Int(sender) }
  /// The receiving rank; a rank that holds several stages sends to itself too.
  public var to: Int { Int(receiver) }
}

extension ProgramMessage.Content: CustomStringConvertible {
  /// As `edge 3 of microbatch 2`, `partial 1 of stage 0, bucket 2, chunk 1`.
  public var description: String {
    switch self {
    case .edge(let edge, let microbatch):
      "edge \(edge)" + (microbatch.map { " of microbatch \($0)" } ?? "")
    case .partial(let stage, let bucket, let partial, let chunk):
      "partial \(partial) of stage \(stage), bucket \(bucket), chunk \(chunk)"
    case .sum(let stage, let bucket, let chunk):
      "the sum of stage \(stage), bucket \(bucket), chunk \(chunk)"
    case .weights(let stage, let bucket, let chunk):
      "the weights of stage \(stage), bucket \(bucket), chunk \(chunk)"
    }
  }
}
