import PartitaGraph
import Testing

/// Numbers that are each allowed never make a product that traps: it is refused, with the number.
@Suite struct SizeTests {
  @Test func productsAndSumsHaveAnEnd() {
    #expect(Int.product(6, 7) == 42 && Int.product(6, 7, 2) == 84)
    #expect(Int.product(1 << 32, 1 << 32) == .max && Int.product(.max, 0, .max) == 0)
    #expect(Int.sum(.max - 1, 1) == .max && Int.sum(.max, .max) == .max)
    #expect(Shape([1 << 31, 1 << 31, 1 << 31]).count == .max)
    #expect(Shape([1 << 31, 1 << 31, 1 << 31]).rows == 1 << 62)
    #expect(ValueType.perSample([1 << 33]).bytes(samples: 1 << 40) == .max)
  }

  @Test func realNumbersAsWholeOnes() {
    let cases: [(Double, Int)] = [
      (2.9, 2), (-2.9, -2), (0x1p62, 1 << 62), (0x1p63, .max), (1e30, .max), (-1e30, .min),
      (.infinity, .max), (-.infinity, .min), (.nan, 0),
    ]
    for (number, whole) in cases { #expect(Int(clamping: number) == whole) }
  }

  @Test func aVariableThatIsTooLarge() {
    var graph = Graph()
    let error = #expect(throws: GraphError.self) {
      try graph.variable("input", .perSample([1 << 17, (1 << 17) + 1]), .input)
    }
    #expect(
      error?.description
        == "input: a value of shape [131072, 131073] has 17180000256 elements; the most are "
        + "17179869184")
    #expect(graph.values.isEmpty)
  }

  @Test(arguments: [
    (
      [
        LayerDescription(
          "c", .convolution(channels: 2, kernel: 3, padding: Margins(Int(Int32.max))))
      ],
      "layer c: conv2d: a value of shape [2, 4294967300, 4294967300] has more than"
    ),
    (
      [
        LayerDescription(
          "c",
          .convolution(
            channels: 1 << 20, kernel: RowsAndColumns(1 << 20), padding: Margins(1 << 19)))
      ],
      "c.weight: a value of shape [1048576, 1, 1048576, 1048576] has 1152921504606846976"
    ),
    (
      [LayerDescription("r", .reshape([Int(Int32.max), Int(Int32.max), Int(Int32.max)]))],
      "layer r: reshape: [1, 8, 8] has 64 elements"
    ),
    (
      [
        LayerDescription("f", .flatten),
        LayerDescription("a", .linear(features: 1 << 28)),
        LayerDescription("b", .linear(features: 1 << 28)),
      ], "b.weight: a value of shape [268435456, 268435456] has 72057594037927936 elements"
    ),
  ])
  func layersThatAreTooLarge(layers: [LayerDescription], words: String) throws {
    var graph = Graph()
    let input = try graph.variable("input", .perSample([1, 8, 8]), .input)
    let error = #expect(throws: GraphError.self) {
      try graph.buildNetwork(layers, on: input, mode: .training, seed: 0)
    }
    #expect(error?.description.hasPrefix(words) == true, "\(String(describing: error))")
  }

  @Test func samplesCount() throws {
    var graph = Graph()
    let input = try graph.variable("input", .perSample([1 << 20]), .input)
    _ = try graph.buildNetwork(
      [LayerDescription("a", .linear(features: 1 << 12))], on: input, mode: .training, seed: 0)
    try graph.checkSize(samples: 1 << 20)
    let bytes = #expect(throws: GraphError.self) { try graph.checkSize(samples: Int(Int32.max)) }
    #expect(
      bytes?.description
        == "the values of a microbatch of 2147483647 samples have more than 35184372088832 bytes in "
        + "all, the most there may be; the largest, of n x [1048576], has 9007199250546688 bytes: "
        + "take smaller layers, or more training.microbatches")
  }

  @Test func operationsCount() throws {
    var graph = Graph()
    try graph.beginLayer("wide")
    let tall = try graph.variable("tall", .shared([1 << 24, 1 << 6]), .input)
    for _ in 0..<3 {
      let square = try graph.append(MatrixProduct(transposesLeft: true), tall, tall)
      #expect(graph.type(of: square).shape == [1 << 6, 1 << 6])
    }
    try graph.checkSize(samples: 1)
    let image = try graph.variable("image", .perSample([1, 1 << 17, 1 << 16]), .input)
    let kernel = try graph.variable("kernel", .shared([1, 1, 1 << 16, 1 << 15]), .input)
    _ = try graph.append(Convolution(Window(padding: Margins(1 << 14))), image, kernel)
    let error = #expect(throws: GraphError.self) { try graph.checkSize(samples: 1) }
    #expect(
      error?.description
        == "a microbatch of 1 samples takes more than 1152921504606846976 operations, or reads and "
        + "writes as many bytes, by layer 'wide': take smaller layers")
  }
}
