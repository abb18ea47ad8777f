internal import Foundation
internal import ONNXFormat

extension ConstantTensor {
  /// Reads a tensor of a file, wherever its elements are.
  init(_ tensor: Onnx_TensorProto, beside: (String, Int, Int?) throws -> [UInt8]) throws {
    guard let element = TensorElement(rawValue: Int(tensor.dataType)) else {
      throw NodeProblem("its elements have the type \(tensor.dataType), which isn't known")
    }
    guard tensor.dims.allSatisfy({ $0 >= 0 }) else { throw NodeProblem("an extent is below 0") }
    let shape = tensor.dims.map { Int(clamping: $0) }
    let count = shape.elementCount
    let storage = try Self.storage(tensor, element, beside: beside)
    let found: Int
    switch storage {
    case .bytes(let bytes): found = element.bytes == 0 ? count : bytes.count / element.bytes
    case .numbers(let numbers): found = numbers.count
    case .same: found = count
    }
    guard found == count else {
      throw NodeProblem("it has \(found) elements, and its shape \(shape) has \(count)")
    }
    self.init(element, shape, storage)
  }

  private static func storage(
    _ tensor: Onnx_TensorProto, _ element: TensorElement,
    beside: (String, Int, Int?) throws -> [UInt8]
  ) throws -> Storage {
    if tensor.dataLocation == .external {
      let entries = Dictionary(
        tensor.externalData.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
      guard let name = entries["location"] else {
        throw NodeProblem("its elements lie in another file, and its name is missing")
      }
      return .bytes(
        try beside(
          name, entries["offset"].flatMap { Int($0) } ?? 0, entries["length"].flatMap { Int($0) }))
    }
    if tensor.hasRawData { return .bytes([UInt8](tensor.rawData)) }
    switch element {
    case .float32:
      return .numbers(tensor.floatData.map(Double.init))
    case .float64: return .numbers(tensor.doubleData)
    case .int64: return .numbers(tensor.int64Data.map(Double.init))
    case .uint64, .uint32: return .numbers(tensor.uint64Data.map(Double.init))
    case .float16:
      return .numbers(
        tensor.int32Data.map { Double(Float16(bitPattern: UInt16(truncatingIfNeeded: $0))) })
    case .bfloat16:
      return .numbers(
        tensor.int32Data.map {
          Double(Float(bitPattern: UInt32(UInt16(truncatingIfNeeded: $0)) << 16))
        })
    case .text: return .bytes([])
    default: return .numbers(tensor.int32Data.map(Double.init))
    }
  }
}

extension ONNXNode {
  /// Reads a node.
  init(
    _ node: Onnx_NodeProto, named name: String,
    beside: (String, Int, Int?) throws -> [UInt8]
  ) throws {
    var attributes: [String: AttributeValue] = [:]
    for attribute in node.attribute {
      attributes[attribute.name] =
        switch attribute.type {
        case .int: .integer(Int(attribute.i))
        case .ints: .integers(attribute.ints.map(Int.init))
        case .float: .number(Double(attribute.f))
        case .floats: .numbers(attribute.floats.map(Double.init))
        case .string: .text(String(decoding: attribute.s, as: UTF8.self))
        case .strings: .texts(attribute.strings.map { String(decoding: $0, as: UTF8.self) })
        case .tensor: .tensor(try ConstantTensor(attribute.t, beside: beside))
        case .graph, .graphs: .graph
        default: .other
        }
    }
    self.init(
      name: name, operation: node.opType,
      domain: node.domain == "ai.onnx" ? "" : node.domain, inputs: node.input,
      outputs: node.output, attributes: attributes)
  }
}
