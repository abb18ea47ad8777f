/// What the busiest rank has to do at the least where whole layers are shared out over columns, whatever
/// layers lie together: the best of all ways to share them.
struct PackingBound {
  /// Seconds of each layer's work on a rank, by the replicas of its column less one.
  let loads: [[Double]]
  /// The most replicas of a column.
  let groups: Int
  /// What ranks wait for at the least that don't hold the first layer.
  let head: Double

  /// More ways are not looked at.
  private static let triesAtMost = 200_000

  /// The bound for columns of two layers or more, at least two of them; 0 where the ways are too many.
  ///
  /// Complexity: exponential in the layers, but for what branch and bound leaves out.
  func seconds(ranks: Int) -> Double {
    guard ranks > 1, let most = loads.first?.count else { return 0 }
    var best = Double.infinity
    var tries = 0
    // The first layer decides who waits; then the heaviest first.
    let order = [0] + loads.indices.dropFirst().sorted { loads[$0][0] > loads[$1][0] }
    for replicas in shares(ranks, most: min(groups, most))
    where replicas.count > 1 && 2 * replicas.count <= loads.count {
      var filled = replicas.map { _ in head }
      func place(_ next: Int) {
        guard next < order.count else {
          best = min(best, filled.max() ?? 0)
          return
        }
        tries += 1
        guard tries <= Self.triesAtMost else { return }
        for column in replicas.indices {
          // Of columns that are alike one is enough.
          let isKnown = (0..<column).contains {
            replicas[$0] == replicas[column] && filled[$0] == filled[column]
          }
          let before = next == 0 ? 0 : filled[column]
          let after = before + loads[order[next]][replicas[column] - 1]
          guard !isKnown, after < best else { continue }
          filled[column] = after
          place(next + 1)
          filled[column] = next == 0 ? head : before
        }
      }
      place(0)
    }
    return tries <= Self.triesAtMost && best < .infinity ? best : 0
  }

  /// The ways to write the ranks as a sum of replicas, whatever their order.
  private func shares(_ ranks: Int, most: Int) -> [[Int]] {
    guard ranks > 0 else { return [[]] }
    guard most > 0, ranks <= 64 else { return [] }
    return (1...min(most, ranks)).flatMap { first in
      shares(ranks - first, most: first).map { [first] + $0 }
    }
  }
}
