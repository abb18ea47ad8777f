import Glibc
public import PartitaDevice

/// Memory that nobody can read or write but a device at work, and the message layer where it is lent.
///
/// Whoever else touches it is stopped by the processor (SIGSEGV). The guard is as fine as a page:
/// regions of an arena begin on pages of their own, but slots of one region may share one.
public final class GuardedMemory: DeviceMemory {
  public let address: UnsafeMutableRawPointer
  public let bytes: Int
  /// How often each page is lent now.
  private var loans: [Int]
  private static let page = Int(sysconf(Int32(_SC_PAGESIZE)))

  init(bytes: Int) throws(DeviceError) {
    let pages = max(1, (bytes + Self.page - 1) / Self.page)
    let memory = mmap(nil, pages * Self.page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let memory, memory != MAP_FAILED else { throw .outOfMemory(bytes: bytes) }
    address = memory
    self.bytes = bytes
    loans = Array(repeating: 0, count: pages)
  }

  deinit { munmap(address, loans.count * Self.page) }

  /// Loans that have not ended, counted by pages.
  public var openLoans: Int { loans.reduce(0, +) }

  public func lend(_ range: Range<Int>) {
    for page in pages(of: range) {
      if loans[page] == 0 { protect(page..<page + 1, PROT_READ | PROT_WRITE) }
      loans[page] += 1
    }
  }

  public func takeBack(_ range: Range<Int>) {
    for page in pages(of: range) {
      precondition(loans[page] > 0, "bytes are taken back that were not lent")
      loans[page] -= 1
      if loans[page] == 0 { protect(page..<page + 1, PROT_NONE) }
    }
  }

  /// Opens everything, for the device.
  func open() { protect(loans.indices, PROT_READ | PROT_WRITE) }

  /// Closes all that isn't lent.
  func close() {
    var next = 0
    while next < loans.count {
      let end = loans[next...].firstIndex { ($0 == 0) != (loans[next] == 0) } ?? loans.count
      if loans[next] == 0 { protect(next..<end, PROT_NONE) }
      next = end
    }
  }

  private func pages(of range: Range<Int>) -> Range<Int> {
    precondition(0 <= range.lowerBound && range.upperBound <= bytes, "\(range) of \(bytes) bytes")
    guard !range.isEmpty else { return 0..<0 }
    return range.lowerBound / Self.page..<(range.upperBound - 1) / Self.page + 1
  }

  private func protect(_ pages: Range<Int>, _ access: Int32) {
    let result = mprotect(
      address + pages.lowerBound * Self.page, pages.count * Self.page, access)
    precondition(result == 0, "mprotect: \(String(cString: strerror(errno)))")
  }
}
