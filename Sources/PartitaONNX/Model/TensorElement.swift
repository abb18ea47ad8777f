/// The types of a tensor's elements, by their numbers in files (ONNX IR, `TensorProto.DataType`).
public enum TensorElement: Int, Hashable, Sendable {
  case float32 = 1
  case uint8 = 2
  case int8 = 3
  case uint16 = 4
  case int16 = 5
  case int32 = 6
  case int64 = 7
  case text = 8
  case flag = 9
  case float16 = 10
  case float64 = 11
  case uint32 = 12
  case uint64 = 13
  case bfloat16 = 16

  /// Bytes of an element; a text counts as none.
  public var bytes: Int {
    switch self {
    case .uint8, .int8, .flag: 1
    case .uint16, .int16, .float16, .bfloat16: 2
    case .float32, .int32, .uint32: 4
    case .int64, .float64, .uint64: 8
    case .text: 0
    }
  }

  /// Whether gradients pass through it.
  public var isFloating: Bool {
    switch self {
    case .float32, .float16, .float64, .bfloat16: true
    default: false
    }
  }
}
