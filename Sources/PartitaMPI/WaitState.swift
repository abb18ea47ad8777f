internal import PartitaTransport
internal import Synchronization

/// What a rank's own thread is waiting for, for its watchdog to see: written at the start and at the
/// end of a wait by two stores each, read from another thread.
final class WaitState: Sendable {
  /// What is waited for.
  enum Subject: Hashable {
    /// A message, by its index.
    case message(Int)
    /// All ranks, in a collective call.
    case ranks(Call)
  }

  /// The collective calls.
  enum Call: Int {
    case sum = 1
    case agreement, gathering, barrier

    /// As in "waits in a sum".
    var words: String {
      switch self {
      case .sum: "a sum over all ranks"
      case .agreement: "an agreement of all ranks"
      case .gathering: "a collection of what all ranks have"
      case .barrier: "a meeting of all ranks"
      }
    }
  }

  /// A message in words.
  struct Label {
    let peer: Int
    let sending: Bool
    let bytes: Int
    var words: String?
  }

  private let subject = Atomic(0)
  private let count = Atomic(0)
  private let labels = Mutex<[Int: Label]>([:])

  /// Notes a message when it is made.
  func add(_ label: Label, of message: Message) {
    labels.withLock { $0[message.index] = label }
  }

  /// Notes what a message carries.
  func describe(_ message: Message, as words: String) {
    labels.withLock { $0[message.index]?.words = words }
  }

  func label(ofMessage index: Int) -> Label? { labels.withLock { $0[index] } }

  func begin(_ message: Message) { begin(message.index + 1) }

  func begin(_ call: Call) { begin(-call.rawValue) }

  private func begin(_ number: Int) {
    count.wrappingAdd(1, ordering: .relaxed)
    subject.store(number, ordering: .releasing)
  }

  func end() { subject.store(0, ordering: .releasing) }

  /// The present wait and its number, nil while the rank is at work.
  var current: (subject: Subject, number: Int)? {
    let number = subject.load(ordering: .acquiring)
    let count = count.load(ordering: .relaxed)
    if number > 0 { return (.message(number - 1), count) }
    return Call(rawValue: -number).map { (.ranks($0), count) }
  }
}
