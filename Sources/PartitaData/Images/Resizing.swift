/// How a line of samples becomes one of another length: the weights of the old samples in each new
/// one, whole numbers, so that a resized image is the same on every machine.
///
/// A shorter line has means over areas: new sample j covers the old ones from j·S/T to (j + 1)·S/T,
/// each weighted by how much of it is covered. A longer line has linear interpolation between the
/// middles of samples, the outer ones continued. An equal one is the old line.
struct ResizedLine {
  /// Old samples in one new one: the first, and the weights from it on.
  struct Sum {
    var first: Int
    var weights: [Int]
  }

  let sums: [Sum]
  /// What the weights of each sum add up to.
  let total: Int

  /// From `old` samples to `new` ones, both at least 1.
  init(from old: Int, to new: Int) {
    if new <= old {
      // In units of 1 / new: an old sample is `new` long, a new one `old`.
      total = old
      sums = (0..<new).map { index in
        let (start, end) = (index * old, (index + 1) * old)
        let covered = (start / new)...((end - 1) / new)
        return Sum(
          first: covered.lowerBound,
          weights: covered.map { min(end, ($0 + 1) * new) - max(start, $0 * new) })
      }
    } else {
      // In units of 1 / (2 · new): the middle of new sample j lies at (2j + 1) · old − new from the
      // middle of the first old one.
      total = 2 * new
      sums = (0..<new).map { [total] index in
        let place = min(max((2 * index + 1) * old - new, 0), (old - 1) * total)
        let (first, rest) = place.quotientAndRemainder(dividingBy: total)
        return Sum(first: first, weights: rest == 0 ? [total] : [total - rest, rest])
      }
    }
  }
}

/// Resizes planes of bytes of one size to those of another. Sums are exact and rounded once, half up.
package struct PlaneResizer {
  private let rows, columns: ResizedLine
  private let oldColumns: Int

  /// From one size to another.
  package init(from old: ImageSize, to new: ImageSize) {
    rows = ResizedLine(from: old.rows, to: new.rows)
    columns = ResizedLine(from: old.columns, to: new.columns)
    oldColumns = old.columns
  }

  /// The resized plane, row by row.
  package func resized(_ plane: [UInt8]) -> [UInt8] {
    let total = rows.total * columns.total
    var bytes: [UInt8] = []
    bytes.reserveCapacity(rows.sums.count * columns.sums.count)
    var line = [Int](repeating: 0, count: oldColumns)
    for row in rows.sums {
      for column in line.indices { line[column] = 0 }
      for (index, weight) in row.weights.enumerated() {
        let start = (row.first + index) * oldColumns
        for column in 0..<oldColumns { line[column] += weight * Int(plane[start + column]) }
      }
      for column in columns.sums {
        var sum = 0
        for (index, weight) in column.weights.enumerated() {
          sum += weight * line[column.first + index]
        }
        bytes.append(UInt8((sum + total / 2) / total))
      }
    }
    return bytes
  }
}
