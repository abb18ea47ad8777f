internal import PartitaTransport

/// The way to memory that ranks share: all of them go it together, whoever fails on it.
struct WindowOpening {
  private let transport: any Transport
  private let tags: Range<Int>
  private let isWanted: Bool

  /// - Parameters:
  ///   - tags: those of the messages in it.
  ///   - isWanted: the same on all ranks; nobody meets where it is false.
  init(_ transport: any Transport, tags: Range<Int>, isWanted: Bool) {
    self.transport = transport
    self.tags = tags
    self.isWanted = isWanted
  }

  /// Does what comes before the opening; a rank that fails there opens nothing, together with the others.
  func orNone<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch {
      _ = try? open(bytes: nil)
      return try meeting { throw error }
    }
  }

  /// Opens the window; nil where there is none, on all ranks.
  func open(bytes: Int?) throws(TransportError) -> SharedWindow? {
    isWanted ? try transport.openWindow(bytes: bytes, tags: tags) : nil
  }

  /// Does what every rank must have done, or failed in, before messages' addresses are known.
  func meeting<Result>(_ body: () throws -> Result) throws -> Result {
    let outcome = Swift.Result { try body() }
    if isWanted { try transport.barrier() }
    return try outcome.get()
  }
}
