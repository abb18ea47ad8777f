/// Arrays of inputs and labels that fit each other.
struct LabelledArrays: Sendable {
  let inputs: NPYArray
  let labels: NPYArray
  /// One more than the largest class number; of tokens, than the largest of both arrays.
  let classes: Int

  /// Checks the arrays. Reads all labels, and all tokens.
  /// - Throws: `DataError.malformed` for arrays of different length, labels of another shape, and
  ///   numbers that are no classes or tokens.
  init(inputs: NPYArray, labels: NPYArray, tokens: Bool) throws(DataError) {
    guard inputs.count == labels.count else {
      throw .malformed(
        file: labels.name,
        problem: "\(labels.count) labels stand against \(inputs.count) inputs of \(inputs.name)")
    }
    guard labels.sampleSize == 1 || tokens && labels.shape == inputs.shape else {
      throw .malformed(
        file: labels.name,
        problem: "its shape is \(labels.shape), and labels are one class number for each sample"
          + (tokens ? ", or for each token: \(inputs.shape)" : ", [\(inputs.count)]"))
    }
    classes = max(
      try labels.numbersBelow("label"), tokens ? try inputs.numbersBelow("token") : 1)
    self.inputs = inputs
    self.labels = labels
  }

  /// The shape of a sample's class numbers.
  var labelShape: [Int] { labels.sampleSize == 1 ? [] : labels.sampleShape }
}
