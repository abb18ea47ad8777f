/// Memory that the ranks of one host share: each has a part of it, and reaches the parts of the others at
/// addresses of its own (MPI 4.0, section 12.2.3).
///
/// Who may touch which bytes when is said by messages: bytes of a rank's part are lent by the start of a
/// send, and come back when the receiver has read them, or what it wrote there (`WindowMessage`).
public final class SharedWindow {
  /// This rank's part.
  public let own: UnsafeMutableRawBufferPointer
  /// The first byte of each rank's counters; nil for a rank of another host.
  private let starts: [UnsafeMutableRawPointer?]
  private let tags: Range<Int>

  /// Bytes that a part takes with its counters, wherever it begins.
  package static func bytes(ofPart bytes: Int, tags: Range<Int>) -> Int {
    page(tags.count * LoanCounters.stride) + page(bytes) + pageBytes
  }

  private static let pageBytes = 4096
  private static func page(_ bytes: Int) -> Int { (bytes + pageBytes - 1) / pageBytes * pageBytes }

  /// A window of parts that are mapped already.
  ///
  /// Parts begin at pages once more, for a message layer need not align them; a page is a page at every
  /// rank's address of it.
  /// - Parameters:
  ///   - parts: where each rank's part lies, nil for a rank of another host; zeros in their counters.
  ///   - rank: whose window this is.
  ///   - bytes: what it asked for.
  ///   - tags: those that its messages may have.
  package init(parts: [UnsafeMutableRawPointer?], rank: Int, bytes: Int, tags: Range<Int>) {
    starts = parts.map { part in
      part.map { $0 + (Self.page(Int(bitPattern: $0)) - Int(bitPattern: $0)) }
    }
    self.tags = tags
    let start = starts[rank].map { $0 + Self.page(tags.count * LoanCounters.stride) }
    own = UnsafeMutableRawBufferPointer(start: start, count: bytes)
  }

  /// Whether a rank has a part of it.
  public func reaches(_ rank: Int) -> Bool { start(of: rank) != nil }

  private func start(of rank: Int) -> UnsafeMutableRawPointer? {
    starts.indices.contains(rank) ? starts[rank] : nil
  }

  /// The sending end of a message of bytes of this rank's part, counted in `own`; nil where it can't be.
  package func message(lending bytes: Range<Int>, rank: Int, tag: Int) -> WindowMessage? {
    guard let start = start(of: rank), let own = own.baseAddress, bytes.lowerBound >= 0,
      bytes.upperBound <= self.own.count,
      let counters = counters(ofLender: rank, tag: tag)
    else { return nil }
    let first = own - start + bytes.lowerBound
    return WindowMessage(lending: first..<first + bytes.count, of: start, counters)
  }

  /// The receiving end; nil where it can't be.
  package func message(
    receiving reception: WindowReception, from rank: Int, tag: Int
  ) -> WindowMessage? {
    guard let start = start(of: rank), let counters = counters(ofLender: rank, tag: tag) else {
      return nil
    }
    return WindowMessage(reception, of: start, counters)
  }

  private func counters(ofLender rank: Int, tag: Int) -> LoanCounters? {
    guard tags.contains(tag), let start = start(of: rank) else { return nil }
    return LoanCounters(at: start + (tag - tags.lowerBound) * LoanCounters.stride)
  }
}
