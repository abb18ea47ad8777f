public import PartitaGraph

/// What a written model is given: a sample as files have it, before it is scaled.
///
/// The model subtracts `shift` and divides by `divisor`, as the training did before the first layer.
public struct InputForm: Hashable, Sendable {
  /// The shape of a sample.
  public let shape: Shape
  /// What is subtracted: one number for all elements, or one for each entry of the first axis.
  public let shift: [Double]
  /// What is divided by then, likewise.
  public let divisor: [Double]
  /// What the numbers mean.
  public let words: String

  /// A form; without numbers nothing is subtracted and nothing divided.
  public init(shape: Shape, shift: [Double] = [0], divisor: [Double] = [1], words: String) {
    self.shape = shape
    self.shift = shift
    self.divisor = divisor
    self.words = words
  }

  /// Appends what is done to the input `name` before the network reads it as `type`.
  /// - Returns: the name of what the network reads.
  /// - Throws: `ExportError.input` where a sample isn't what the network reads.
  func export(_ name: String, as type: ValueType, to writer: inout GraphWriter)
    throws(ExportError) -> String
  {
    guard shape.count == type.shape.count else {
      throw .input(
        problem: "a sample of the data has the shape \(shape), and the network reads \(type.shape)")
    }
    var result = name
    if type.element == .float32 {
      for numbers in [shift, divisor] {
        guard numbers.count == 1 || numbers.count == shape.extents.first else {
          throw .input(
            problem: "the data is scaled by \(numbers.count) numbers, and a sample has the shape "
              + "\(shape)")
        }
      }
      writer.place = "scaling"
      if shift != [0] {
        result = writer.add("Sub", [result, constant("shift", shift, &writer)])
        // What Float32 cuts off the shift: not nothing for numbers far from zero and close together.
        let rest = shift.map { $0 - Double(Float($0)) }
        let relative = zip(rest, cycled(divisor, as: rest)).map { abs($0 / $1) }
        if relative.contains(where: { $0 > 1e-7 }) {
          result = writer.add("Sub", [result, constant("shift_rest", rest, &writer)])
        }
      }
      if divisor != [1] {
        result = writer.add("Div", [result, constant("divisor", divisor, &writer)])
      }
    }
    if shape != type.shape {
      writer.place = "input"
      result = writer.add("Reshape", [result, writer.integers([0] + type.shape.extents)])
    }
    return result
  }

  /// Numbers that ONNX spreads over a sample: one, or one for each entry of the first axis.
  private func constant(_ name: String, _ numbers: [Double], _ writer: inout GraphWriter) -> String
  {
    let extents =
      numbers.count == 1
      ? [] : [numbers.count] + Array(repeating: 1, count: shape.rank - 1)
    return writer.constant(named: name, ConstantTensor(.float32, extents, .numbers(numbers)))
  }

  private func cycled(_ numbers: [Double], as others: [Double]) -> [Double] {
    numbers.count == others.count ? numbers : others.map { _ in numbers[0] }
  }
}
