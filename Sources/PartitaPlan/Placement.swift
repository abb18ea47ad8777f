/// On which ranks the stages of a pipeline lie.
///
/// The ranks form *columns*: column c is the place in the pipeline that `replicas[c]` ranks share,
/// numbered one after the other. With v virtual stages a column holds v stages.
public enum Placement: String, Hashable, Sendable, Codable {
  /// Stage s lies on column s mod p: round and round (Narayanan et al., arXiv 2104.04473, 2.2).
  case looped
  /// Down the columns and up again: stages c and 2p - 1 - c on column c (Qi et al., arXiv
  /// 2405.15362, section 3).
  case vee

  /// The column of a stage, of `columns` columns.
  public func column(ofStage stage: Int, columns: Int) -> Int {
    let (round, place) = stage.quotientAndRemainder(dividingBy: columns)
    return self == .vee && round % 2 == 1 ? columns - 1 - place : place
  }

  /// The ranks of every stage.
  ///
  /// - Parameters:
  ///   - stages: the number of stages.
  ///   - replicas: the ranks of each column.
  public func ranks(stages: Int, replicas: [Int]) -> [[Int]] {
    var first = 0
    let columns = replicas.map { count in
      defer { first += count }
      return Array(first..<first + count)
    }
    return (0..<stages).map { columns[column(ofStage: $0, columns: replicas.count)] }
  }
}
