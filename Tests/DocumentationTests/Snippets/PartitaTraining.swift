import PartitaConfig
import PartitaDevice
import PartitaTraining
import PartitaTransport
import Testing

extension Snippets {
  @Test func training() throws {
    // snippet
    let text = """
      data: {name: digits}
      model: {kind: mlp, widths: [64, 16, 10], activation: relu}
      objective: {loss: cross-entropy}
      training: {epochs: 1, batch: 500, optimizer: sgd, learning_rate: 0.1}
      """
    let config = try TrainingConfig(yaml: text, file: "small.yaml")
    let experiment = try Experiment(config, data: config.describeData(), worldSize: 1)
    let trainer = try Trainer(
      experiment, dataset: config.loadData(), device: CPUDevice(),
      transport: LoopbackTransport.solo())
    var losses: [Double] = []
    _ = try trainer.run { event in
      if case .step(let step) = event { losses.append(step.loss) }
    }
    // end
    #expect(losses.count == 3)
    #expect(losses[2] < losses[0])
  }
}
