import TestFiles

/// A member of a zip archive.
struct ZipMember {
  let name: String
  let bytes: [UInt8]
  /// Whether it is compressed: as a deflate block that stores.
  var isDeflated = false
  var method: Int?
  var flags = 0
  /// Whether sizes and places are written with 64 bits.
  var isLarge = false
  /// What is added to the size that the directory says.
  var lie = 0
}

/// A zip archive, as Python's zipfile writes it.
func zip(_ members: [ZipMember], comment: String = "") -> [UInt8] {
  var file: [UInt8] = []
  var directory: [UInt8] = []
  for member in members {
    let name = Array(member.name.utf8)
    let count = member.bytes.count
    let data =
      member.isDeflated
      ? [1] + little(count, 2) + little(~count, 2) + member.bytes : member.bytes
    let offset = file.count
    let method = member.method ?? (member.isDeflated ? 8 : 0)
    let all = 0xFFFF_FFFF
    let check = Int(crc32(member.bytes))
    // NumPy forces the 64-bit form of local headers, whatever the size.
    let extra = little(1, 2) + little(16, 2) + little(count, 8) + little(data.count, 8)
    file +=
      little(0x0403_4B50, 4) + little(45, 2) + little(member.flags, 2) + little(method, 2)
      + little(0, 4) + little(check, 4) + little(all, 4) + little(all, 4)
      + little(name.count, 2) + little(extra.count, 2) + name + extra + data
    let size = count + member.lie
    let large =
      member.isLarge
      ? little(1, 2) + little(24, 2) + little(size, 8) + little(data.count, 8) + little(offset, 8)
      : []
    directory +=
      little(0x0201_4B50, 4) + little(45, 2) + little(45, 2) + little(member.flags, 2)
      + little(method, 2) + little(0, 4) + little(check, 4)
      + little(member.isLarge ? all : data.count, 4) + little(member.isLarge ? all : size, 4)
      + little(name.count, 2) + little(large.count, 2) + little(0, 2) + little(0, 2)
      + little(0, 2) + little(0, 4) + little(member.isLarge ? all : offset, 4) + name + large
  }
  let start = file.count
  file += directory
  if members.contains(where: \.isLarge) {
    let record = file.count
    file +=
      little(0x0606_4B50, 4) + little(44, 8) + little(45, 2) + little(45, 2) + little(0, 4)
      + little(0, 4) + little(members.count, 8) + little(members.count, 8)
      + little(directory.count, 8) + little(start, 8)
    file += little(0x0706_4B50, 4) + little(0, 4) + little(record, 8) + little(1, 4)
  }
  return file + little(0x0605_4B50, 4) + little(0, 4) + little(members.count, 2)
    + little(members.count, 2) + little(directory.count, 4) + little(start, 4)
    + little(comment.utf8.count, 2) + Array(comment.utf8)
}
