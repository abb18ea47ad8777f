import Foundation
import PartitaConfig
import Testing

/// Law 2 for the tables that PyTorch 2.13 wrote itself, where they lie beside the package: each has
/// the bits of one rank.
@Suite struct PyTorchTablesTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "shared/cases/23-tables-of-pytorch-2.13").path

  /// 1F1B, GPipe, DualPipeV, Interleaved1F1B, InterleavedZeroBubble, LoopedBFS and ZBVZeroBubble
  /// on two ranks, the last five with and without communication.
  static let schedules = [
    "1F1B", "GPipe", "DualPipeV", "Interleaved1F1B", "InterleavedZeroBubble", "LoopedBFS",
    "ZBVZeroBubble",
  ]

  /// Three steps, the last of them of 14 samples in place of 48: most microbatches are empty.
  private func config(microbatches: Int, _ overrides: [String]) throws -> TrainingConfig {
    try TrainingConfig(
      yaml: """
        data: {name: digits, train_samples: 110, test_samples: 20}
        model: {kind: mlp, widths: [64, 32, 24, 32, 24, 32, 10]}
        training: {epochs: 2, batch: 48, microbatches: \(microbatches), steps: 5, momentum: 0.9}
        """, file: "run.yaml", overrides: overrides)
  }

  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: folder),
      "PyTorch's own tables are not part of this repository"),
    arguments: schedules, [4, 6])
  func everyTableHasTheBitsOfOneRank(_ schedule: String, microbatches: Int) throws {
    let start = "torch-\(schedule)-2-\(microbatches)"
    let tables = try FileManager.default.contentsOfDirectory(atPath: Self.folder).filter {
      $0 == start + ".csv" || $0 == start + "-comms.csv"
    }
    try #require(tables.count == (["1F1B", "GPipe"].contains(schedule) ? 1 : 2))
    for groups in [1, 2] {
      let keys = [
        "training.gradient_groups=\(groups)",
        "training.gradient_order=\(schedule == "LoopedBFS" ? "descending" : "ascending")",
      ]
      let serial = try TrainerOutcome.train(
        config(microbatches: microbatches, keys), ranks: 1)[0]
      try #require(Set(serial.losses).count == 5 && !serial.weights.isEmpty)
      for table in tables {
        let outcomes = try TrainerOutcome.train(
          config(
            microbatches: microbatches, keys + ["parallel.schedule=\(Self.folder)/\(table)"]),
          ranks: 2)
        for (rank, outcome) in outcomes.enumerated() {
          #expect(outcome.difference(from: serial, rank: rank) == nil, "\(table)")
        }
      }
    }
  }
}
