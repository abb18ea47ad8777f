internal import PartitaFiles
internal import PartitaKeys

/// A zip archive, mapped: what NumPy's .npz files are.
///
/// The central directory says what is in it, with sizes of 64 bits where it needs them. Source:
/// PKWARE, ".ZIP File Format Specification" (APPNOTE), sections 4.3 and 4.5.3.
struct ZipArchive: Sendable {
  /// A file of the archive.
  struct Member: Sendable {
    let name: String
    let flags: Int
    let method: Int
    let checkSum: UInt32
    let compressedSize: Int
    let size: Int
    /// Where its local header begins.
    let offset: Int
  }

  let path: String
  /// What the archive holds, in its order.
  let members: [Member]
  private let region: ByteRegion

  /// Maps the archive at `path` and reads its directory.
  /// - Throws: `DataError` for a file that can't be read or is no zip archive.
  init(_ path: String) throws(DataError) {
    do { region = ByteRegion(try MappedFile(path)) } catch { throw .file(error) }
    self.path = path
    members = try ZipDirectory(region, path: path).members()
  }

  /// The bytes of a member: in their place where it is stored, else inflated.
  /// - Throws: `DataError` for a member that is encrypted, compressed by an unknown method, damaged,
  ///   or that has no room.
  func contents(of member: Member) throws(DataError) -> ByteRegion {
    let name = "\(path)/\(member.name.shortened())"
    func malformed(_ problem: String) -> DataError { .malformed(file: name, problem: problem) }
    guard member.flags & 1 == 0 else {
      throw malformed("it is encrypted; save it without a password")
    }
    let header = 30
    guard member.offset <= region.count - header,
      region.number(at: member.offset, size: 4) == 0x0403_4B50
    else { throw malformed("there is no local header at byte \(member.offset) of the archive") }
    let lengths =
      Int(region.number(at: member.offset + 26, size: 2))
      + Int(region.number(at: member.offset + 28, size: 2))
    let start = member.offset + header + lengths
    guard start <= region.count, member.compressedSize <= region.count - start else {
      throw malformed("it is truncated: its \(member.compressedSize) bytes go beyond the archive")
    }
    let stored = region[start..<(start + member.compressedSize)]
    switch member.method {
    case 0:
      guard member.size == member.compressedSize else {
        throw malformed("it is stored, but \(member.compressedSize) bytes for \(member.size)")
      }
      return stored
    case 8:
      return try stored.inflated(to: member.size, checkSum: member.checkSum, name: name)
    case let method:
      throw malformed(
        "it is compressed by \(Self.methods[method] ?? "an unknown method") (\(method)), and only "
          + "deflate (8) and stored members (0) are read; numpy.savez and savez_compressed write "
          + "these")
    }
  }

  private static let methods = [
    1: "shrink", 6: "implode", 9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "xz",
    98: "PPMd", 99: "AES",
  ]
}

/// Reads the central directory, every place checked before it is looked at.
private struct ZipDirectory {
  let region: ByteRegion
  let path: String

  init(_ region: ByteRegion, path: String) {
    self.region = region
    self.path = path
  }

  func members() throws(DataError) -> [ZipArchive.Member] {
    let (start, end, count) = try place()
    var members: [ZipArchive.Member] = []
    var offset = start
    while members.count < count {
      let fixed = 46
      guard end - offset >= fixed, number(offset, 4) == 0x0201_4B50 else {
        throw malformed("its directory is damaged at byte \(offset)")
      }
      let (nameLength, extraLength) = (number(offset + 28, 2), number(offset + 30, 2))
      let length = fixed + nameLength + extraLength + number(offset + 32, 2)
      guard end - offset >= length else {
        throw malformed("its directory is damaged at byte \(offset)")
      }
      let name = offset + fixed
      let large = try sizes(
        of: offset, extra: (name + nameLength)..<(name + nameLength + extraLength))
      members.append(
        ZipArchive.Member(
          name: region.text(name..<(name + nameLength)), flags: number(offset + 8, 2),
          method: number(offset + 10, 2),
          checkSum: UInt32(truncatingIfNeeded: number(offset + 16, 4)),
          compressedSize: large.compressed, size: large.size, offset: large.offset))
      offset += length
    }
    return members
  }

  /// Where the directory lies and how many members it has.
  private func place() throws(DataError) -> (start: Int, end: Int, count: Int) {
    let fixed = 22
    guard region.count >= fixed else { throw noArchive }
    // A comment of up to 65,535 bytes may follow.
    let first = max(0, region.count - fixed - 65_535)
    guard
      let record = (first...(region.count - fixed)).reversed().first(where: {
        number($0, 4) == 0x0605_4B50 && number($0 + 20, 2) == region.count - fixed - $0
      })
    else { throw noArchive }
    var (count, size, start) = (
      number(record + 10, 2), number(record + 12, 4), number(record + 16, 4)
    )
    if record >= 20, number(record - 20, 4) == 0x0706_4B50 {
      let large = try position(record - 20 + 8)
      guard large <= record - 20 - 56, number(large, 4) == 0x0606_4B50 else {
        throw malformed("its 64-bit directory isn't where it says")
      }
      (count, size, start) = (
        try position(large + 32), try position(large + 40), try position(large + 48)
      )
    }
    guard start <= record, size <= record - start else {
      throw malformed("its directory goes beyond its end; it may be truncated")
    }
    return (start, start + size, count)
  }

  /// The sizes and the place of the member at `offset`, out of its extra field where they need 64
  /// bits.
  private func sizes(
    of offset: Int, extra: Range<Int>
  ) throws(DataError) -> (compressed: Int, size: Int, offset: Int) {
    let short = [number(offset + 24, 4), number(offset + 20, 4), number(offset + 42, 4)]
    var long = short
    let all = 0xFFFF_FFFF
    if short.contains(all) {
      var field = extra.lowerBound
      while extra.upperBound - field >= 4, number(field, 2) != 1 {
        field += 4 + number(field + 2, 2)
      }
      guard extra.upperBound - field >= 4 else { throw damaged(offset) }
      let end = min(extra.upperBound, field + 4 + number(field + 2, 2))
      field += 4
      for (index, value) in short.enumerated() where value == all {
        guard end - field >= 8 else { throw damaged(offset) }
        long[index] = try position(field)
        field += 8
      }
    }
    return (long[1], long[0], long[2])
  }

  private func number(_ offset: Int, _ size: Int) -> Int {
    Int(truncatingIfNeeded: region.number(at: offset, size: size))
  }

  /// A number of 64 bits that a place in a file can be.
  private func position(_ offset: Int) throws(DataError) -> Int {
    guard let value = Int(exactly: region.number(at: offset, size: 8)) else {
      throw malformed("a number of its directory is beyond all files")
    }
    return value
  }

  private func damaged(_ offset: Int) -> DataError {
    malformed("its directory is damaged at byte \(offset)")
  }

  private var noArchive: DataError {
    malformed("this is no zip archive, or it is truncated: it has no directory at its end")
  }

  private func malformed(_ problem: String) -> DataError {
    .malformed(file: path, problem: problem)
  }
}
