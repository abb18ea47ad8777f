internal import PartitaKeys
internal import PartitaWorkload

/// Numbers of ranks, as a command line has them: `1,2,4`.
public struct RankList: Hashable, Sendable {
  /// The numbers, ascending, each once.
  public let counts: [Int]

  /// Reads numbers with commas between them, without blanks.
  /// - Throws: `RankListError` for what is no list of different numbers above 0.
  public init(_ text: String) throws(RankListError) {
    var counts: [Int] = []
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let count = Int(word), (1...PartitionRequest.most).contains(count) else {
        throw .noCount(String(word), list: text)
      }
      guard !counts.contains(count) else { throw .twice(count, list: text) }
      counts.append(count)
    }
    self.counts = counts.sorted()
  }
}

/// What is wrong with a list of numbers of ranks.
public enum RankListError: Error, Hashable, Sendable, CustomStringConvertible {
  /// One of its words is no number above 0.
  case noCount(String, list: String)
  /// A number stands twice.
  case twice(Int, list: String)

  /// The error in a sentence, without the option's name.
  public var description: String {
    switch self {
    case .noCount(let word, let list):
      "takes numbers from 1 to \(PartitionRequest.most) with commas between them, as in 1,2,4; "
        + "\"\(word.shortened())\" in \"\(list.shortened())\" is none"
    case .twice(let count, let list):
      "names each number once; \"\(list.shortened())\" has \(count) twice"
    }
  }
}
