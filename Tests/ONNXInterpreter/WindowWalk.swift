internal import ONNXFormat

/// The windows of a convolution or a pooling over images [N, C, H, W].
struct WindowWalk {
  private let kernel, strides, pads, dilations: [Int]
  private let groups: Int

  init(_ node: Onnx_NodeProto) throws {
    func integers(_ name: String) -> [Int]? {
      node.attribute.first { $0.name == name }.map { $0.ints.map { Int($0) } }
    }
    guard let kernel = integers("kernel_shape") else {
      throw ModelInterpreter.Problem(description: "\(node.name) has no kernel_shape")
    }
    self.kernel = kernel
    strides = integers("strides") ?? [1, 1]
    pads = integers("pads") ?? [0, 0, 0, 0]
    dilations = integers("dilations") ?? [1, 1]
    groups = node.attribute.first { $0.name == "group" }.map { Int($0.i) } ?? 1
    guard !node.attribute.contains(where: { $0.name == "ceil_mode" && $0.i != 0 }) else {
      throw ModelInterpreter.Problem(description: "\(node.name) rounds up, in one of several ways")
    }
  }

  private func places(_ shape: [Int]) -> [Int] {
    (0..<2).map {
      (shape[$0 + 2] + pads[$0] + pads[$0 + 2] - dilations[$0] * (kernel[$0] - 1) - 1)
        / strides[$0] + 1
    }
  }

  /// The image's number under a window's place; nil beside the image.
  private func tap(
    _ x: NumberArray, _ front: [Int], _ place: [Int], _ offset: [Int]
  ) -> Double? {
    let pixel = (0..<2).map { place[$0] * strides[$0] + offset[$0] * dilations[$0] - pads[$0] }
    guard (0..<2).allSatisfy({ (0..<x.shape[$0 + 2]).contains(pixel[$0]) }) else { return nil }
    return x[front + pixel]
  }

  /// `function` of what each window sees; beside the image that is `outside`, or nothing.
  func pooled(
    _ x: NumberArray, outside: Double?, _ function: ([Double]) -> Double
  ) -> NumberArray {
    NumberArray.made(Array(x.shape.prefix(2)) + places(x.shape)) { place in
      var found: [Double] = []
      NumberArray.forEachPlace(in: kernel) { offset in
        let number = tap(x, Array(place.prefix(2)), Array(place.suffix(2)), offset)
        if let number = number ?? outside { found.append(number) }
      }
      return function(found)
    }
  }

  func convolution(_ inputs: [NumberArray]) -> NumberArray {
    let (x, weight) = (inputs[0], inputs[1])
    let (outputs, channels) = (weight.shape[0] / groups, weight.shape[1])
    return NumberArray.made([x.shape[0], weight.shape[0]] + places(x.shape)) { place in
      var sum = inputs.count == 3 ? inputs[2][[place[1]]] : 0
      let first = place[1] / outputs * channels
      NumberArray.forEachPlace(in: Array(weight.shape.dropFirst())) { offset in
        let number = tap(
          x, [place[0], first + offset[0]], Array(place.suffix(2)), Array(offset.suffix(2)))
        sum += weight[[place[1]] + offset] * (number ?? 0)
      }
      return sum
    }
  }
}
