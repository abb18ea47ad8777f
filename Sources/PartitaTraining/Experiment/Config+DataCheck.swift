internal import PartitaConfig
internal import PartitaData
internal import PartitaGraph

/// A model and its data must fit: the family checks what goes in, this what comes out.
extension TrainingConfig {
  /// What the model must know of the data.
  func modelData(_ data: DataDescription) -> ModelData {
    ModelData(name: self.data.name, sample: Shape(data.input.shape), classes: data.classes)
  }

  /// Checks the shape of the model's outputs for a sample against the data's labels.
  func check(outputs: Shape, fit data: DataDescription) throws(TrainingError) {
    let wanted =
      objective.loss == .crossEntropy ? data.label.shape + [data.classes] : data.label.shape
    guard outputs.extents.dropLast() == wanted.dropLast() else {
      throw .model(
        "the last layer gives \(words(outputs)) values for a sample, but the labels need "
          + "\(words(Shape(wanted)))")
    }
    let fits =
      objective.loss == .crossEntropy
      ? outputs.last >= data.classes : outputs.last == data.classes
    guard fits else {
      throw .model(
        "the last layer has \(outputs.last) outputs, but the data has \(data.classes) classes: "
          + "give it \(data.classes)")
    }
  }

  /// As "1 x 28 x 28".
  private func words(_ shape: Shape) -> String {
    shape.rank == 0 ? "1" : shape.extents.map(String.init).joined(separator: " x ")
  }
}
