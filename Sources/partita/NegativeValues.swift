extension CommandLine {
  /// A command line whose negative numbers can be read: `--seconds -1` becomes `--seconds=-1`, for a word
  /// that begins with a hyphen would be taken for an option. No option of Partita's is a number.
  static func joiningNegativeValues(_ words: [String]) -> [String] {
    var joined: [String] = []
    var isOpen = true
    for word in words {
      if isOpen, isNegative(word), let option = joined.last, option.hasPrefix("--"),
        option.count > 2, !option.contains("=")
      {
        joined[joined.count - 1] = "\(option)=\(word)"
      } else {
        joined.append(word)
      }
      if word == "--" { isOpen = false }
    }
    return joined
  }

  private static func isNegative(_ word: String) -> Bool {
    guard word.hasPrefix("-"), let first = word.dropFirst().first else { return false }
    return first.isNumber || first == "." || word.lowercased().hasPrefix("-inf")
  }
}
