internal import PartitaPlan

extension Plan {
  /// As `rank 3 (stage 1, replica 1)`, or `rank 0 (stages 0, 4)`.
  package func heading(ofRank rank: Int) -> String {
    let held = holdings[rank]
    let stages = held.map { "\($0.stage)" }.joined(separator: ", ")
    let isOneOfMany = held.contains { self.stages[$0.stage].replicas > 1 }
    let replica = held.count > 1 && !isOneOfMany ? "" : ", replica \(held[0].replica)"
    return "rank \(rank) (\(held.count == 1 ? "stage" : "stages") \(stages)\(replica))"
  }
}
