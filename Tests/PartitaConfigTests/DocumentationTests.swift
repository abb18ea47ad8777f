import PartitaConfig
import PartitaData
import PartitaGraph
import PartitaKeys
import PartitaPlan
import PartitaSchedule
import TestFiles
import Testing

/// The tables of the documentation are what the code says of its keys.
@Suite struct DocumentationTests {
  private static let optimizers = Catalogue.standard.optimizers.items.map { rule in
    KeyTable.Choice(
      rule.name, "\(rule.summary); its `learning_rate` is \(rule.usualLearningRate) by default",
      rule.keys)
  }

  private static let tables: [(part: String, table: String)] = [
    ("top", KeyTable.of(TrainingConfig.keys)),
    ("data", KeyTable.of("name", Catalogue.standard.data.items.map { .init($0) })),
    ("model", KeyTable.of(ModelConfig.keys)),
    ("model families", KeyTable.of("kind", Catalogue.standard.models.items.map { .init($0) })),
    ("layers", KeyTable.of(LayerDescription.keys)),
    ("layer kinds", KeyTable.of("kind", Catalogue.standard.layers.items.map { .init($0) })),
    ("objective", KeyTable.of(Objective.keys)),
    ("training", KeyTable.of(LoopConfig.keys)),
    ("optimizers", KeyTable.of("optimizer", optimizers)),
    ("learning rate", KeyTable.of(LearningRateConfig.commonKeys)),
    (
      "learning rate schedules",
      KeyTable.of(
        "schedule",
        LearningRateConfig.Kind.allCases.map { .init($0.rawValue, $0.summary, $0.keys) })
    ),
    ("parallel", KeyTable.of(ParallelConfig.keys)),
    (
      "schedules",
      KeyTable.of(
        ["schedule", "`virtual`", "order"],
        Catalogue.standard.schedules.schedules.map {
          ["`\($0.name)`", $0.virtualStagesWords, $0.summary]
        })
    ),
    ("output", KeyTable.of(OutputConfig.keys)),
    ("checkpoint", KeyTable.of(CheckpointConfig.keys)),
    ("cluster", KeyTable.of(Cluster.keys)),
    (
      "cluster parts",
      KeyTable.of(sections: [
        ("`processor`", Cluster.Processor.keys), ("links", Cluster.Link.keys),
      ])
    ),
  ]

  @Test func tablesAreWrittenFromTheKeys() throws {
    for (part, table) in Self.tables {
      try Golden.check(table, part: "keys: \(part)", of: "Documentation/Configuration.md")
    }
  }
}
