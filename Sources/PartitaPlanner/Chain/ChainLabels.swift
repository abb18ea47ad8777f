internal import PartitaWorkload

/// What everything behind each prefix takes at least, if every stage costs less than a threshold.
///
/// A dynamic program from the whole set back to the empty one. A label of a prefix is a need that no
/// other of its labels is below in both numbers; with it stands the stage that it begins with.
/// Complexity: O(pairs of prefixes · labels · ways), less what bounds on devices leave out.
struct ChainLabels {
  /// A need, and the stage that it begins with.
  struct Label {
    let need: PartitionCertificate.Need
    /// The stages, where they count.
    let stages: Int
    /// The prefix at the end of the first stage, and the label there.
    let next: Int
    let nextLabel: Int
    let code: Int
  }

  /// The labels of a prefix.
  private(set) var ranges: [Range<Int>]
  private(set) var labels: [Label] = []

  /// - Parameters:
  ///   - table: prefixes and ways.
  ///   - threshold: every stage costs less.
  ///   - countsStages: whether of equal needs the one with fewer stages counts.
  ///   - meter: counts pairs; where it ends the search, labels say nothing.
  init(
    _ table: some ChainTable, below threshold: Double, countsStages: Bool = false,
    meter: SearchMeter
  ) {
    let last = table.pool.count - 1
    ranges = Array(repeating: 0..<0, count: last + 1)
    labels.append(
      Label(need: .init(devices: 0, others: 0), stages: 0, next: -1, nextLabel: -1, code: 0))
    ranges[last] = 0..<1
    guard last > 0 else { return }
    // Borders that can be reached from behind, in descending order.
    var open = [last]
    let slack = countsStages ? 1 : 0
    var found: [Label] = []
    for row in (0..<last).reversed() where row == 0 || table.isBorder(row, below: threshold) {
      if meter.isOver { return }
      found.removeAll(keepingCapacity: true)
      var looks = 1
      for next in open.reversed() {
        looks += 1
        let least = table.leastDevices(
          work: table.work[next] - table.work[row], below: threshold)
        guard least <= table.limits.devices else { break }
        let floor = PartitionCertificate.Need(
          devices: least - slack, others: table.leastOthers(devices: least) - slack)
        if found.contains(where: { $0.need.covers(floor) }) { break }
        looks += extend(&found, table, row, next, least, threshold, countsStages)
        if looks > 10_000 {
          meter.spend(looks)
          looks = 0
          if meter.isOver { return }
        }
      }
      meter.spend(looks)
      guard !found.isEmpty else { continue }
      ranges[row] = labels.count..<labels.count + found.count
      labels.append(contentsOf: found)
      open.append(row)
    }
  }

  /// Adds the labels of a prefix that begin with the stage up to another one; returns the looks that
  /// it took.
  private func extend(
    _ found: inout [Label], _ table: some ChainTable, _ row: Int, _ next: Int, _ least: Int,
    _ threshold: Double, _ countsStages: Bool
  ) -> Int {
    var isNested = false
    var looks = 0
    for index in ranges[next] {
      let behind = labels[index]
      let limits = table.limits
      guard behind.need.devices + least <= limits.devices else { continue }
      let floor = behind.need + .init(devices: least, others: table.leastOthers(devices: least))
      if found.contains(where: {
        $0.need.covers(floor) && (!countsStages || $0.stages <= behind.stages + 1)
      }) {
        continue
      }
      if !isNested {
        guard table.pool.isNested(row, in: next) else { return looks }
        isNested = true
      }
      looks += table.looksOfWays
      table.ways(from: row, to: next, below: threshold, behind: behind.need) { way in
        let need = behind.need + way.need
        guard need.covers(limits) else { return }
        let stages = countsStages ? behind.stages + 1 : 0
        if found.contains(where: { $0.need.covers(need) && $0.stages <= stages }) { return }
        found.removeAll { need.covers($0.need) && stages <= $0.stages }
        found.append(
          Label(need: need, stages: stages, next: next, nextLabel: index, code: way.code))
      }
    }
    return looks
  }

  /// Whether the whole can be done below the threshold, within the limits.
  var isFeasible: Bool { !ranges[0].isEmpty }

  /// The stages of the label with the fewest devices, then stages, then `others`; nil where there is
  /// none.
  func partition(_ table: some ChainTable) -> Partition? {
    guard
      var index = ranges[0].min(by: {
        let (one, other) = (labels[$0], labels[$1])
        return (one.need.devices, one.stages, one.need.others)
          < (other.need.devices, other.stages, other.need.others)
      })
    else { return nil }
    var row = 0
    var parts: [Partition.Part] = []
    while labels[index].next >= 0 {
      let label = labels[index]
      let behind = labels[label.nextLabel].need
      let own = PartitionCertificate.Need(
        devices: label.need.devices - behind.devices, others: label.need.others - behind.others)
      parts.append(
        table.part(
          from: row, to: label.next, StageWay(need: own, code: label.code), behind: behind))
      (row, index) = (label.next, label.nextLabel)
    }
    return Partition(parts)
  }

  /// The partition with the fewest devices, then stages, among those that cost no more than a value.
  static func tidiest(
    _ table: some ChainTable, within value: Double, meter: SearchMeter
  ) -> Partition? {
    ChainLabels(
      table, below: value * (1 + ChainSearch.tolerance), countsStages: true, meter: meter
    ).partition(table)
  }

  /// The needs of some rows, for a certificate.
  func needs(of rows: [Int]) -> [[PartitionCertificate.Need]] {
    rows.map { row in
      labels[ranges[row]].map(\.need).sorted { ($0.devices, $0.others) < ($1.devices, $1.others) }
    }
  }
}
