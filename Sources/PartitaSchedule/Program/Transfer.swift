public import PartitaGraph

/// All that one stage sends another at one point: a message for each value.
public struct Transfer: Hashable, Sendable {
  /// What travels.
  public let kind: Edge.Kind
  private let sender, receiver, batch, first, count: Int32

  package init(
    _ kind: Edge.Kind, from: Int, to: Int, microbatch: Int?, messages: Range<Int>
  ) {
    self.kind = kind
    sender = Int32(from)
    receiver = Int32(to)
    batch = Int32(microbatch ?? -1)
    first = Int32(messages.lowerBound)
    count = Int32(messages.count)
  }

  /// The sending stage.
  public var from: Int { Int(sender) }
  /// The receiving stage.
  public var to: Int { Int(receiver) }
  /// The microbatch; nil for what travels once a step.
  public var microbatch: Int? { batch < 0 ? nil : Int(batch) }
  /// Indices into `Program.messages`.
  public var messages: Range<Int> { Int(first)..<Int(first + count) }

  /// As `F3` for microbatch 3's activations, `B3` for its gradients.
  var label: String {
    switch kind {
    case .activation: "F\(batch)"
    case .gradient: "B\(batch)"
    case .contribution: "TIED_GRAD"
    case .parameter: "TIED_WEIGHT"
    }
  }
}
