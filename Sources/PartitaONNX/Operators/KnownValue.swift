/// What is known of a value before the network runs.
struct KnownValue: Hashable, Sendable {
  /// Its type.
  let type: TensorType
  /// Its elements, where they don't depend on the data.
  let constant: ConstantTensor?

  init(_ type: TensorType) { (self.type, constant) = (type, nil) }

  init(_ constant: ConstantTensor) { (type, self.constant) = (constant.type, constant) }

  var shape: [Int] { type.shape }
}
