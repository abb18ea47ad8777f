internal import Glibc

/// How the bytes of a window's message are received.
public enum WindowReception {
  /// They are copied and given back at once: what the lender may soon overwrite.
  case copied(into: UnsafeMutableRawBufferPointer)
  /// They are read, or written, where they lie, until `Transport.giveBack`.
  case borrowed(bytes: Int)
  /// Nobody reads them: that the sender has come so far is all that is told.
  case heard(bytes: Int)

  /// How many bytes it is of.
  package var bytes: Int {
    switch self {
    case .copied(let buffer): buffer.count
    case .borrowed(let bytes), .heard(let bytes): bytes
    }
  }
}

/// One end of a persistent message between ranks of a host: it moves two counters, and copies at most once.
///
/// To start a send lends its bytes; it is complete when they are back. A receive is complete when the bytes
/// have been lent as often as it was started, and copied where that is asked for. So a message that is
/// copied is complete when both sides have started it, as any other is, and one that is borrowed when its
/// reader is done with it.
package struct WindowMessage {
  private let counters: LoanCounters
  /// Where the lender's part begins.
  private let part: UnsafeMutableRawPointer
  /// Nil at the sending end.
  private let reception: WindowReception?
  private var round = 0

  /// The sending end of bytes of a part.
  init(lending bytes: Range<Int>, of part: UnsafeMutableRawPointer, _ counters: LoanCounters) {
    counters.offset = bytes.lowerBound
    counters.bytes = bytes.count
    self.counters = counters
    self.part = part
    reception = nil
  }

  /// The receiving end.
  init(
    _ reception: WindowReception, of part: UnsafeMutableRawPointer, _ counters: LoanCounters
  ) {
    self.counters = counters
    self.part = part
    self.reception = reception
  }

  /// Whether its bytes come over without its rank, whenever this looks.
  package var canBePulled: Bool {
    switch reception {
    case .copied, .heard: true
    case .borrowed, nil: false
    }
  }

  /// Lends the bytes, or asks for them.
  package mutating func start() {
    round += 1
    if reception == nil { counters.lent = round }
  }

  /// Whether the message is complete; what is to be copied is copied now.
  /// - Throws: `Mismatch` where other bytes were lent than are expected; they are given back.
  package func isComplete() throws(Mismatch) -> Bool {
    guard let reception else { return counters.returned >= round }
    guard counters.lent >= round else { return false }
    guard counters.bytes == reception.bytes else {
      counters.returned = round
      throw Mismatch()
    }
    switch reception {
    case .borrowed: return true
    case .heard: break
    case .copied(let buffer):
      if let target = buffer.baseAddress {
        memcpy(target, address, buffer.count)
      }
    }
    counters.returned = round
    return true
  }

  /// Whether `isComplete` would throw.
  package var isMismatch: Bool {
    guard let reception, counters.lent >= round else { return false }
    return counters.bytes != reception.bytes
  }

  /// Where the bytes lie in this process; known once the sending end has been made.
  package var address: UnsafeMutableRawPointer { part + counters.offset }

  /// Gives borrowed bytes back.
  package func giveBack() { counters.returned = round }

  /// A receive met a send of another size.
  package struct Mismatch: Error {}
}
