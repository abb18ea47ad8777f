import ArgumentParser

/// What every verb takes that ranks perform together and that needs no supervision: how many to start.
struct RankOptions: ParsableArguments {
  @Option(
    help: "Starts mpirun with so many ranks; by default runs on the ranks that it was started on.")
  var ranks: Int?

  mutating func validate() throws {
    if let ranks, ranks < 1 {
      throw ValidationError("--ranks takes a number above 0, not \(ranks)")
    }
  }

  /// A command line without `--ranks`: that of a rank.
  static func ofRank(_ words: [String]) -> [String] {
    let end = words.firstIndex(of: "--") ?? words.endIndex
    var left: [String] = []
    var isValue = false
    for word in words[..<end] {
      if !isValue, word != "--ranks", !word.hasPrefix("--ranks=") { left.append(word) }
      isValue = word == "--ranks"
    }
    return left + words[end...]
  }
}
