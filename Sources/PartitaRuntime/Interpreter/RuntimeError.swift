public import PartitaDevice
public import PartitaTransport

/// A failure of one rank in the middle of a step, with what it was doing.
public struct RuntimeError: Error, CustomStringConvertible {
  /// What failed.
  public enum Cause: Sendable {
    /// A kernel.
    case device(DeviceError)
    /// A message, and what it carried in words.
    case transport(TransportError, message: String?)
  }

  /// The rank.
  public let rank: Int
  /// The step, counted from 1.
  public let step: Int
  /// The action, as the program prints it.
  public let action: String
  /// What failed.
  public let cause: Cause
  /// Whether the step may have changed parameters already.
  public let hasBegunUpdate: Bool

  /// Whether another rank was lost, and this one can go on without it.
  public var isLoss: Bool {
    if case .transport(.ranksLost, _) = cause { true } else { false }
  }

  public var description: String {
    let what =
      switch cause {
      case .device(let error): "\(error)"
      case .transport(let error, let message?): "\(error), \(message)"
      case .transport(let error, nil): "\(error)"
      }
    return "rank \(rank), step \(step), at \(action): \(what)"
  }
}
