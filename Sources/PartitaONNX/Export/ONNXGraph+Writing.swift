internal import Foundation
internal import ONNXFormat
internal import SwiftProtobuf

/// What a model says of itself beside its graph.
public struct ModelNotes: Hashable, Sendable {
  /// The version of the program that writes it.
  public let version: String
  /// What it is.
  public let words: String
  /// What its input means.
  public let input: String
  /// What its output means.
  public let output: String
  /// Notes by name.
  public let notes: [String: String]

  /// Notes; those by name are written in the order of their names.
  public init(
    version: String, words: String, input: String, output: String, notes: [String: String] = [:]
  ) {
    self.version = version
    self.words = words
    self.input = input
    self.output = output
    self.notes = notes
  }
}

extension ONNXGraph {
  /// The version of the format itself that is written: that of the operators' time.
  private static let formatVersion: Int64 = 8

  /// The bytes of an ONNX model with this graph. The same graph has the same bytes.
  ///
  /// - Parameter notes: what the model says of itself.
  /// - Throws: `ExportError.tooLarge` for more than a message of that format holds.
  public func bytes(_ notes: ModelNotes) throws(ExportError) -> [UInt8] {
    var model = Onnx_ModelProto()
    model.irVersion = Self.formatVersion
    model.opsetImport = [
      .with {
        $0.domain = ""
        $0.version = Int64(opset)
      }
    ]
    model.producerName = producer
    model.producerVersion = notes.version
    model.docString = notes.words
    model.metadataProps = notes.notes.sorted { $0.key < $1.key }.map { note in
      .with {
        $0.key = note.key
        $0.value = note.value
      }
    }
    var graph = Onnx_GraphProto()
    graph.name = name
    graph.input = inputs.map { $0.proto(notes.input) }
    graph.output = outputs.map { $0.proto(notes.output) }
    graph.node = nodes.map(\.proto)
    let byName = constants.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    let size = byName.reduce(0) { $0 + $1.value.type.bytes }
    let most = Int(Int32.max)
    guard size < most else { throw .tooLarge(bytes: size) }
    graph.initializer = byName.map { $0.value.proto(named: $0.key) }
    model.graph = graph
    do {
      let bytes: [UInt8] = try model.serializedBytes()
      guard bytes.count < most else { throw ExportError.tooLarge(bytes: bytes.count) }
      return bytes
    } catch {
      throw .tooLarge(bytes: size)
    }
  }
}

extension ONNXPort {
  fileprivate func proto(_ words: String) -> Onnx_ValueInfoProto {
    .with { value in
      value.name = name
      value.docString = words
      value.type.tensorType.elemType = Int32(element?.rawValue ?? 0)
      value.type.tensorType.shape.dim = (extents ?? []).map { extent in
        .with {
          switch extent {
          case .known(let count): $0.dimValue = Int64(count)
          case .open(let name): $0.dimParam = name
          }
        }
      }
    }
  }
}

extension ONNXNode {
  fileprivate var proto: Onnx_NodeProto {
    .with { node in
      node.name = name
      node.opType = operation
      node.domain = domain
      node.input = inputs
      node.output = outputs
      node.attribute = attributes.sorted { $0.key < $1.key }.map { $0.value.proto(named: $0.key) }
    }
  }
}

extension AttributeValue {
  fileprivate func proto(named name: String) -> Onnx_AttributeProto {
    .with {
      $0.name = name
      switch self {
      case .integer(let number):
        $0.type = .int
        $0.i = Int64(number)
      case .integers(let numbers):
        $0.type = .ints
        $0.ints = numbers.map(Int64.init)
      case .number(let number):
        $0.type = .float
        $0.f = Float(number)
      case .numbers(let numbers):
        $0.type = .floats
        $0.floats = numbers.map { Float($0) }
      case .text(let text):
        $0.type = .string
        $0.s = Data(text.utf8)
      case .texts(let texts):
        $0.type = .strings
        $0.strings = texts.map { Data($0.utf8) }
      case .tensor(let tensor):
        $0.type = .tensor
        $0.t = tensor.proto(named: "")
      case .graph, .other:
        $0.type = .undefined
      }
    }
  }
}

extension ConstantTensor {
  /// A tensor of Float32.
  init(floats: [Float], shape: [Int]) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(4 * floats.count)
    for number in floats {
      let bits = number.bitPattern
      for index in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: bits >> (8 * UInt32(index)))) }
    }
    self.init(.float32, shape, .bytes(bytes))
  }

  fileprivate func proto(named name: String) -> Onnx_TensorProto {
    .with {
      $0.name = name
      $0.dataType = Int32(element.rawValue)
      $0.dims = shape.map(Int64.init)
      $0.rawData = Data(rawBytes)
    }
  }

  /// The elements as files have them. Models are written of Float32 and whole numbers alone.
  private var rawBytes: [UInt8] {
    if case .bytes(let bytes) = storage { return bytes }
    guard element == .int64 else {
      return ConstantTensor(floats: floats, shape: shape).rawBytes
    }
    return integers.flatMap { number in
      (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
  }
}
