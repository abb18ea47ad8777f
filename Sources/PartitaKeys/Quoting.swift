/// What people read of a text of any length: errors quote what they found, which may be a megabyte.
extension String {
  /// The text, its middle left out where it has more than `limit` characters (Unicode scalars).
  package func shortened(to limit: Int = 80) -> String {
    let scalars = unicodeScalars
    // Counting bytes is cheap, and there are never fewer of them.
    guard utf8.count > limit, scalars.count > limit else { return self }
    let tail = limit / 3
    return String(scalars.prefix(limit - tail - 1)) + "…" + String(scalars.suffix(tail))
  }
}

extension Collection<String> {
  /// The names with commas between them; of many the first ones, and how many there are.
  package func listed(to limit: Int = 600) -> String {
    var text = ""
    for (index, name) in enumerated() {
      let next = (index == 0 ? "" : ", ") + name.shortened()
      guard text.utf8.count + next.utf8.count <= limit else {
        return text + ", … (\(count) in all)"
      }
      text += next
    }
    return text
  }
}
