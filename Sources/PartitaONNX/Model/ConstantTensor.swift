/// A tensor whose elements are known.
public struct ConstantTensor: Hashable, Sendable {
  /// Where the elements are.
  enum Storage: Hashable, Sendable {
    /// As a file has them, little-endian.
    case bytes([UInt8])
    /// One by one; whole numbers beyond 2^53 are at the end of what counts.
    case numbers([Double])
    /// All the same.
    case same(Double)
  }

  /// The type of an element.
  public let element: TensorElement
  /// The extents, slowest first.
  public let shape: [Int]
  let storage: Storage

  init(_ element: TensorElement, _ shape: [Int], _ storage: Storage) {
    self.element = element
    self.shape = shape
    self.storage = storage
  }

  /// Whole numbers in a row, as shapes are.
  init(shape numbers: [Int]) {
    self.init(.int64, [numbers.count], .numbers(numbers.map(Double.init)))
  }

  /// The number of elements.
  public var count: Int { shape.elementCount }

  /// The type, as that of any tensor.
  public var type: TensorType { TensorType(element, shape) }

  /// The same elements in other extents, of which there are as many.
  func with(shape: [Int]) -> ConstantTensor { ConstantTensor(element, shape, storage) }

  /// The elements, in row-major order.
  ///
  /// Complexity: O(elements).
  var numbers: [Double] {
    switch storage {
    case .numbers(let numbers): numbers
    case .same(let number): Array(repeating: number, count: count)
    case .bytes(let bytes): element.numbers(bytes)
    }
  }

  /// The elements as weights are kept.
  ///
  /// Complexity: O(elements).
  public var floats: [Float] {
    switch storage {
    case .same(let number): Array(repeating: Float(number), count: count)
    case .numbers(let numbers): numbers.map { Float($0) }
    case .bytes(let bytes): element.floats(bytes)
    }
  }

  /// The elements as whole numbers, those beyond the largest at the end of what counts.
  var integers: [Int] { numbers.map { Int(clamping: $0) } }

  /// The only element; nil where there are others.
  var single: Double? {
    guard count == 1 else { return nil }
    if case .same(let number) = storage { return number }
    return numbers.first
  }
}

extension Int {
  /// The whole number toward zero, at the ends where there is none; 0 for NaN.
  init(clamping number: Double) {
    if number.isNaN {
      self = 0
    } else if number >= 0x1p63 {
      self = .max
    } else if number < -0x1p63 {
      self = .min
    } else {
      self = Int(number)
    }
  }
}
