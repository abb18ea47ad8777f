import PartitaConfig
import Testing

extension Snippets {
  @Test func config() throws {
    // snippet
    let text = """
      data: {name: digits}
      model: {kind: mlp, widths: [64, 16, 10], activation: relu}
      objective: {loss: cross-entropy}
      training: {epochs: 5, batch: 64, optimizer: sgd, learning_rate: 0.1}
      """
    let config = try TrainingConfig(
      yaml: text, file: "small.yaml", overrides: ["training.epochs=2"])
    print(config.training.epochs, try config.yaml())  // 2, and all that was left out
    // end
    #expect(config.training.epochs == 2 && config.training.batch == 64)
    let again = try TrainingConfig(yaml: config.yaml(), file: "again.yaml")
    #expect(again == config)
  }
}
