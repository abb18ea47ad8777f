import PartitaKeys
import Testing

extension Snippets {
  @Test func keys() {
    // snippet
    let error = ConfigError.unknownKey(
      .file("run.yaml", line: 7), path: "training.epoch", setting: nil, known: ["batch", "epochs"])
    print(error)  // run.yaml:7: training.epoch: there is no such key; did you mean "epochs"? ...
    // end
    #expect(
      "\(error)".hasPrefix(
        "run.yaml:7: training.epoch: there is no such key; did you mean \"epochs\"?"))
  }
}
