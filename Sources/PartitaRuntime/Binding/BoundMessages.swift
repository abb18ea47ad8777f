internal import PartitaDevice
internal import PartitaSchedule
internal import PartitaTransport

/// The ends of a program's messages on this rank.
struct BoundMessages {
  /// The ends, by the binder's keys.
  private(set) var own: [Int: ArenaMessage] = [:]
  /// What each carries, in words.
  private(set) var contents: [Message: String] = [:]

  /// Makes them.
  ///
  /// - Parameter firstTag: the tag of the program's first message.
  /// - Throws: `TransportError` for a message that can't be.
  init(
    _ binder: ProgramBinder, messenger: Messenger, firstTag: Int
  ) throws(TransportError) {
    let (program, rank) = (binder.program, messenger.transport.rank)
    for (index, message) in program.messages.enumerated() {
      for isSending in [true, false] where rank == (isSending ? message.from : message.to) {
        let (bytes, tag) = (binder.bytes(of: message, isSending: isSending), firstTag + index)
        let made =
          isSending
          ? try messenger.makeSend(of: bytes, to: message.to, tag: tag)
          : try messenger.makeReceive(
            into: bytes, binder.sharing.delivery(of: message), from: message.from, tag: tag)
        own[ProgramBinder.key(index, isSending: isSending)] = made
        let words = program.words(for: message)
        contents[made.message] = words
        messenger.transport.describe(made.message, as: words)
      }
    }
  }
}
