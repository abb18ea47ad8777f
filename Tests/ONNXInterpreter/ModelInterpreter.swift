internal import Foundation
package import ONNXFormat
internal import SwiftProtobuf

/// Evaluates the bytes of an ONNX model in Float64, in the plainest way, by what ONNX's pages say of
/// each operator (onnx.ai/onnx/operators, version 17). It shares nothing with what wrote them.
package struct ModelInterpreter {
  /// The model.
  package let model: Onnx_ModelProto

  /// Reads a model.
  package init(_ bytes: [UInt8]) throws { model = try Onnx_ModelProto(serializedBytes: bytes) }

  /// What this interpreter doesn't know, or what isn't sound.
  struct Problem: Error, CustomStringConvertible { let description: String }

  /// What the model says of itself, by name.
  package var notes: [String: String] {
    Dictionary(
      model.metadataProps.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  /// The model's constants by name.
  package func constants() throws -> [String: NumberArray] {
    var found: [String: NumberArray] = [:]
    for tensor in model.graph.initializer {
      guard found.updateValue(try Self.array(tensor), forKey: tensor.name) == nil else {
        throw Problem(description: "\(tensor.name) stands twice")
      }
    }
    return found
  }

  /// The only output for the only input.
  package func output(for input: NumberArray) throws -> NumberArray {
    var known = try constants()
    known[model.graph.input[0].name] = input
    for node in model.graph.node {
      let inputs = try node.input.map { name in
        // An operand that is left out.
        guard !name.isEmpty else { return NumberArray([0], []) }
        guard let value = known[name] else {
          throw Problem(description: "\(node.name) reads \(name), which isn't there yet")
        }
        return value
      }
      guard known.updateValue(try result(node, inputs), forKey: node.output[0]) == nil else {
        throw Problem(description: "\(node.output[0]) is made twice")
      }
    }
    guard let output = known[model.graph.output[0].name] else {
      throw Problem(description: "there is no output")
    }
    return output
  }

  private static func array(_ tensor: Onnx_TensorProto) throws -> NumberArray {
    let bytes = [UInt8](tensor.rawData)
    func word(_ index: Int, _ width: Int) -> UInt64 {
      (0..<width).reduce(0) { $0 | UInt64(bytes[index * width + $1]) << UInt64(8 * $1) }
    }
    let elements: [Double]
    switch tensor.dataType {
    case 1:
      elements = (0..<bytes.count / 4).map {
        Double(Float(bitPattern: UInt32(word($0, 4))))
      }
    case 7: elements = (0..<bytes.count / 8).map { Double(Int64(bitPattern: word($0, 8))) }
    default: throw Problem(description: "\(tensor.name) has elements of type \(tensor.dataType)")
    }
    return NumberArray(tensor.dims.map { Int($0) }, elements)
  }

  private func result(_ node: Onnx_NodeProto, _ inputs: [NumberArray]) throws -> NumberArray {
    let attributes = Dictionary(uniqueKeysWithValues: node.attribute.map { ($0.name, $0) })
    func integer(_ name: String, _ standard: Int) -> Int {
      attributes[name].map { Int($0.i) } ?? standard
    }
    func integers(_ name: String) -> [Int]? { attributes[name].map { $0.ints.map { Int($0) } } }
    func number(_ name: String, _ standard: Double) -> Double {
      attributes[name].map { Double($0.f) } ?? standard
    }
    let x = inputs[0]
    switch node.opType {
    case "Identity": return x
    case "Add": return x.with(inputs[1], +)
    case "Sub": return x.with(inputs[1], -)
    case "Mul": return x.with(inputs[1], *)
    case "Div": return x.with(inputs[1], /)
    case "Relu": return x.map { max($0, 0) }
    case "Sigmoid": return x.map { 1 / (1 + exp(-$0)) }
    case "Tanh": return x.map { tanh($0) }
    case "Erf": return x.map { erf($0) }
    case "Exp": return x.map { exp($0) }
    case "Sqrt": return x.map { $0.squareRoot() }
    case "Reciprocal": return x.map { 1 / $0 }
    case "LeakyRelu":
      let slope = number("alpha", 0.01)
      return x.map { $0 > 0 ? $0 : slope * $0 }
    case "Elu":
      let alpha = number("alpha", 1)
      return x.map { $0 > 0 ? $0 : alpha * (exp($0) - 1) }
    case "HardSigmoid":
      let (alpha, beta) = (number("alpha", 0.2), number("beta", 0.5))
      return x.map { max(0, min(1, alpha * $0 + beta)) }
    case "HardSwish": return x.map { $0 * max(0, min(1, $0 / 6 + 0.5)) }
    case "Softplus": return x.map { log(exp($0) + 1) }
    case "Clip":
      let bounds = inputs.map(\.elements.first)
      let (least, most) = (
        inputs.count > 1 ? bounds[1] ?? -.infinity : -.infinity,
        inputs.count > 2 ? bounds[2] ?? .infinity : .infinity
      )
      return x.map { min(most, max($0, least)) }
    case "Concat":
      let axis = integer("axis", 0)
      var shape = x.shape
      shape[axis] = inputs.reduce(0) { $0 + $1.shape[axis] }
      return NumberArray.made(shape) { place in
        var (place, operand) = (place, 0)
        while place[axis] >= inputs[operand].shape[axis] {
          place[axis] -= inputs[operand].shape[axis]
          operand += 1
        }
        return inputs[operand][place]
      }
    case "MatMul": return x.times(inputs[1])
    case "Gemm":
      guard integer("transA", 0) == 0, integer("transB", 0) == 1, x.rank == 2 else {
        throw Problem(description: "\(node.name) is a Gemm of another form")
      }
      let product = x.times(inputs[1].transposed([1, 0]))
      return inputs.count == 3 ? product.with(inputs[2], +) : product
    case "Transpose":
      return x.transposed(integers("perm") ?? Array(x.shape.indices.reversed()))
    case "Reshape":
      return x.reshaped(
        inputs[1].integers.enumerated().map { $1 == 0 ? x.shape[$0] : $1 })
    case "Unsqueeze":
      var shape = x.shape
      for axis in inputs[1].integers.sorted() { shape.insert(1, at: axis) }
      return x.reshaped(shape)
    case "Expand":
      return NumberArray.made(NumberArray.common(x.shape, inputs[1].integers)) { x[$0] }
    case "Gather":
      guard integer("axis", 0) == 0 else {
        throw Problem(description: "\(node.name) gathers along another axis")
      }
      let inner = Array(x.shape.dropFirst())
      return NumberArray.made(inputs[1].shape + inner) { place in
        x[[Int(inputs[1][Array(place.prefix(inputs[1].rank))])] + place.suffix(inner.count)]
      }
    case "Slice":
      let (start, end, axis) = (
        inputs[1].integers[0], inputs[2].integers[0], inputs[3].integers[0]
      )
      var shape = x.shape
      shape[axis] = end - start
      return NumberArray.made(shape) { place in
        var source = place
        source[axis] += start
        return x[source]
      }
    case "Pad":
      let (before, after) = (
        Array(inputs[1].integers.prefix(x.rank)), Array(inputs[1].integers.suffix(x.rank))
      )
      let shape = x.shape.indices.map { x.shape[$0] + before[$0] + after[$0] }
      return NumberArray.made(shape) { place in
        let source = zip(place, before).map(-)
        return zip(source, x.shape).allSatisfy { (0..<$1).contains($0) } ? x[source] : 0
      }
    case "ReduceSum":
      return x.reduced(inputs[1].integers, keeps: integer("keepdims", 1) == 1) { $0.reduce(0, +) }
    case "ReduceMean":
      return x.reduced(integers("axes") ?? [], keeps: integer("keepdims", 1) == 1) {
        $0.reduce(0, +) / Double($0.count)
      }
    case "Softmax":
      let axis = [integer("axis", -1)]
      let largest = x.reduced(axis, keeps: true) { $0.max() ?? 0 }
      let terms = x.with(largest) { exp($0 - $1) }
      return terms.with(terms.reduced(axis, keeps: true) { $0.reduce(0, +) }, /)
    case "LogSoftmax":
      let axis = [integer("axis", -1)]
      let largest = x.reduced(axis, keeps: true) { $0.max() ?? 0 }
      let shifted = x.with(largest, -)
      return shifted.with(
        shifted.reduced(axis, keeps: true) { log($0.map { exp($0) }.reduce(0, +)) }, -)
    case "BatchNormalization":
      let spread = Array(repeating: 1, count: x.rank - 2)
      let channels = inputs.dropFirst().map { $0.reshaped($0.shape + spread) }
      let epsilon = number("epsilon", 1e-5)
      return x.with(channels[2], -).with(channels[3]) { $0 / ($1 + epsilon).squareRoot() }
        .with(channels[0], *).with(channels[1], +)
    case "GlobalAveragePool":
      return x.reduced(Array(2..<x.rank), keeps: true) { $0.reduce(0, +) / Double($0.count) }
    case "Flatten":
      return x.reshaped([x.shape[0], x.shape.dropFirst().reduce(1, *)])
    case "LayerNormalization":
      let axes = Array((integer("axis", -1) + x.rank)..<x.rank)
      let mean = x.reduced(axes, keeps: true) { $0.reduce(0, +) / Double($0.count) }
      let centred = x.with(mean, -)
      let variance = centred.map { $0 * $0 }.reduced(axes, keeps: true) {
        $0.reduce(0, +) / Double($0.count)
      }
      let epsilon = number("epsilon", 1e-5)
      return centred.with(variance) { $0 / ($1 + epsilon).squareRoot() }
        .with(inputs[1], *).with(inputs[2], +)
    case "Conv": return try WindowWalk(node).convolution(inputs)
    case "AveragePool":
      let outside = integer("count_include_pad", 0) == 1 ? 0.0 : nil
      return try WindowWalk(node).pooled(x, outside: outside) {
        $0.reduce(0, +) / Double($0.count)
      }
    case "MaxPool":
      return try WindowWalk(node).pooled(x, outside: nil) { $0.max() ?? 0 }
    default: throw Problem(description: "\(node.opType) is unknown here")
    }
  }
}
