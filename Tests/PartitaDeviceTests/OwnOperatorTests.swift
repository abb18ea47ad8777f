import PartitaDevice
import PartitaGraph
import PartitaReference
import Testing

/// Operators from outside run by their kernels, or by what they decompose into; what can't be run
/// right is refused before it runs.
@Suite struct OwnOperatorTests {
  private func run(_ op: any Operator, _ type: ValueType, inPlace: Bool = false) throws {
    var graph = Graph()
    let x = try graph.variable("x", type, .input)
    let y = try graph.appendAll(op, [x])
    let places = [x: Place(.shared, 0), y[0]: Place(.shared, inPlace ? 0 : 4096)]
    _ = try CPUDevice().compile(
      KernelList(graph: graph, nodes: [0], samples: 3, places: places, workspaceStart: 0))
  }

  @Test func whatHasNeitherKernelNorDecompositionIsRefused() throws {
    let error = DeviceError.unsupported(operator: "riddle", device: "CPU")
    #expect(throws: error) { try run(Riddle(), .perSample([5])) }
  }

  /// A second microbatch would be added to what is not the sum.
  @Test func aSumOverSamplesThatIsWorkedOnIsRefused() throws {
    try run(SquareTotal(), .perSample([5]))
    let error = DeviceError.unsupported(operator: "square-total", device: "CPU")
    #expect(throws: error) { try run(SquareTotal(factor: 2), .perSample([5])) }
  }

  /// Swish reads its operand after its first node has run, and could have overwritten it.
  @Test func aDecompositionInPlaceIsRefused() throws {
    try run(Swish(), .perSample([5]))
    let error = DeviceError.unsupported(operator: "swish", device: "CPU")
    #expect(throws: error) { try run(Swish(), .perSample([5]), inPlace: true) }
  }

  /// The same bits as the parts that it is made of.
  @Test(arguments: [1, 3, 17]) func aDecompositionHasTheBitsOfItsParts(samples: Int) throws {
    func result(_ build: (inout Graph, ValueID) throws -> ValueID) throws -> Tensor {
      var graph = Graph()
      let x = try graph.variable("x", .perSample([37]), .input)
      let y = try build(&graph, x)
      let device = try DeviceRun(
        graph, nodes: Array(graph.nodes.indices), wanted: [y], samples: samples)
      device.write(
        Tensor([37], samples: samples, values(37 * samples).map(Double.init)), to: x)
      try device.run()
      return device.read(y)
    }
    let whole = try result { graph, x in try graph.append(Swish(), x) }
    let parts = try result { graph, x in
      let gate = try graph.append(Sigmoid(), x)
      return try graph.append(Multiply(), x, gate)
    }
    #expect(whole.elements == parts.elements)
  }
}
