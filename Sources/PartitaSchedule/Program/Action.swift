/// One entry of a rank's program.
public enum Action: Hashable, Sendable, CustomStringConvertible {
  /// A stage's work on a microbatch; waits for what it reads.
  case compute(ComputeAction)
  /// Starts to receive what another stage sends; the reader waits for it.
  case receive(Transfer)
  /// Starts to send what the action before has made; whoever overwrites it waits for it.
  case send(Transfer)
  /// Adds up one bucket of a stage's gradients over the rank's own groups, and starts to trade
  /// partial sums with the other replicas.
  case reduce(stage: Int32, bucket: Int32)
  /// Adds up the rank's part of a bucket over the replicas, and starts to trade the sums.
  case combine(stage: Int32, bucket: Int32)
  /// Computes the update as far as it needs no other stage's scalars.
  case update(stage: Int32)
  /// Lets every rank know every scalar: the losses, the norms.
  case exchange
  /// Computes the scalars of the whole objective, and the rest of the update.
  case finish(stage: Int32)
  /// Starts to trade one bucket of a stage's new weights, of which each replica has updated its share.
  case gather(stage: Int32, bucket: Int32)

  public var description: String {
    switch self {
    case .compute(let action): "\(action)"
    case .receive(let transfer): "\(transfer.to)RECV_\(transfer.label)<\(transfer.from)"
    case .send(let transfer): "\(transfer.from)SEND_\(transfer.label)>\(transfer.to)"
    case .reduce(let stage, let bucket): "\(stage)REDUCE\(bucket)"
    case .combine(let stage, let bucket): "\(stage)COMBINE\(bucket)"
    case .update(let stage): "\(stage)UPDATE"
    case .exchange: "EXCHANGE"
    case .finish(let stage): "\(stage)FINISH"
    case .gather(let stage, let bucket): "\(stage)GATHER\(bucket)"
    }
  }
}
