internal import PartitaConfig
internal import PartitaData
internal import PartitaGraph

/// A model and its data must fit: said in the configuration's words, before the graph complains in
/// its own.
extension TrainingConfig {
  /// Checks the model's inputs against a sample of the data.
  func checkInputs(fit data: DataDescription) throws(TrainingError) {
    let shape = Shape(data.input.shape)
    switch model.architecture {
    case .mlp(let mlp) where mlp.widths[0] != shape.count:
      let parts = shape.rank > 1 ? " (\(words(shape)))" : ""
      throw .model(
        "model.widths starts with \(mlp.widths[0]), but a sample of \(self.data.name) has "
          + "\(shape.count) values\(parts): let it start with \(shape.count)")
    case .lenet
    where shape.rank != 3 || shape[1] < smallestLeNetImage
      || shape[2] < smallestLeNetImage:
      throw .model(
        "lenet reads images of \(smallestLeNetImage) x \(smallestLeNetImage) pixels or more, but a "
          + "sample of \(self.data.name) is \(words(shape)): use kind mlp or layers")
    case .layers(let layers):
      for layer in layers {
        guard case .embedding(let vocabulary?, _) = layer.operation, vocabulary < data.classes
        else {
          continue
        }
        throw .model(
          "layer \(layer.name): a vocabulary of \(vocabulary) is too small for the data's "
            + "\(data.classes) tokens: use \(data.classes), or leave the key out")
      }
    default: break
    }
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

/// Rows and columns of an image of which LeNet's second pooling leaves a pixel.
private let smallestLeNetImage = 12
