/// The name in `known` that `name` was most likely meant to be, or nil where none is close.
///
/// Close is an edit distance of at most a third of the longer word, and never more than 3; of
/// equals the first wins.
package func nearestName(to name: String, in known: [String]) -> String? {
  // Nobody mistypes what nobody could type, and long words would take long.
  guard name.utf8.count <= 100 else { return nil }
  let ranked = known.filter { $0.utf8.count <= 100 }.map {
    (name: $0, distance: editDistance(name.lowercased(), $0.lowercased()))
  }
  guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
  let limit = min(3, max(1, max(name.count, best.name.count) / 3))
  return best.distance <= limit ? best.name : nil
}

/// The optimal string alignment distance: insertions, deletions, substitutions and swaps of
/// neighbours, each at cost 1. Takes |a|·|b| steps.
package func editDistance(_ first: String, _ second: String) -> Int {
  let a = Array(first)
  let b = Array(second)
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for (i, letter) in a.enumerated() {
    var row = [i + 1]
    for (j, other) in b.enumerated() {
      var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (letter == other ? 0 : 1))
      if i > 0, j > 0, letter == b[j - 1], a[i - 1] == other {
        best = min(best, beforeLast[j - 1] + 1)
      }
      row.append(best)
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
