internal import PartitaKeys

/// How large graphs may be, so that no product and no sum of sizes behind these checks can overflow.
///
/// The numbers of a configuration are each far below, but their products needn't be.
extension Graph {
  /// The most elements of a value's entry for one sample, or of a shared value: as many as a stream
  /// of random numbers has.
  public static let elementLimit = 1 << 34
  /// The most bytes of all values of a graph over the samples of one microbatch, 32 TiB.
  public static let byteLimit = 1 << 45
  /// The most operations of a graph on one microbatch, and the most bytes that its nodes read and
  /// write.
  public static let operationLimit = 1 << 60

  /// Why a value of this type is too large, nil where it isn't.
  static func problem(_ type: ValueType) -> String? {
    guard type.shape.count > elementLimit else { return nil }
    return "a value of shape \(type.shape) has \(words(type.shape.count)) elements; the most are "
      + "\(elementLimit)"
  }

  /// Refuses a graph that is too large for microbatches of so many samples.
  ///
  /// Complexity: O(values + operands).
  /// - Throws: `GraphError.model` with the size, the limit, and the largest value or the layer.
  public func checkSize(samples: Int) throws(GraphError) {
    var bytes = 0
    for value in values {
      bytes = .sum(bytes, value.type.bytes(samples: samples))
      guard bytes <= Self.byteLimit else {
        let largest = values.max {
          $0.type.bytes(samples: samples) < $1.type.bytes(samples: samples)
        }
        throw .model(
          problem: "the values of a microbatch of \(samples) samples have more than "
            + "\(Self.byteLimit) bytes in all, the most there may be"
            + (largest.map {
              "; the largest, of \($0.type), has "
                + Self.words($0.type.bytes(samples: samples)) + " bytes"
            }
              ?? "") + ": take smaller layers, or more training.microbatches")
      }
    }
    var (operations, moved) = (0, 0)
    for node in nodes {
      let (inputs, outputs) = (node.inputs.map { type(of: $0) }, node.outputs.map { type(of: $0) })
      operations = .sum(
        operations, node.op.flops(inputs: inputs, outputs: outputs, samples: samples))
      for type in inputs + outputs { moved = .sum(moved, type.bytes(samples: samples)) }
      guard max(operations, moved) <= Self.operationLimit else {
        throw .model(
          problem: "a microbatch of \(samples) samples takes more than \(Self.operationLimit) "
            + "operations, or reads and writes as many bytes, by layer "
            + "'\(node.layer.map { layers[$0].name.shortened() } ?? "-")': take smaller layers")
      }
    }
  }

  private static func words(_ count: Int) -> String {
    count == .max ? "more than \(count)" : "\(count)"
  }
}

extension Int {
  /// The product of whole numbers of at least 0; the largest there is where it is larger still.
  public static func product(_ first: Int, _ second: Int) -> Int {
    let (product, overflows) = first.multipliedReportingOverflow(by: second)
    return overflows ? .max : product
  }

  /// The product of three whole numbers of at least 0; the largest there is where it is larger still.
  public static func product(_ first: Int, _ second: Int, _ third: Int) -> Int {
    product(product(first, second), third)
  }

  /// The whole part of a number, or the nearest whole number there is; 0 for what is no number.
  public init(clamping number: Double) {
    let whole = number.rounded(.towardZero)
    self = whole.isNaN ? 0 : Int(exactly: whole) ?? (whole < 0 ? .min : .max)
  }

  /// The sum of two whole numbers of at least 0; the largest there is where it is larger still.
  public static func sum(_ first: Int, _ second: Int) -> Int {
    let (sum, overflows) = first.addingReportingOverflow(second)
    return overflows ? .max : sum
  }
}
