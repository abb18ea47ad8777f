import PartitaDevice
import PartitaGraph
import TestModels
import Testing

/// A clock on the device counts every kernel once, and nothing is computed otherwise.
@Suite struct KernelClockTests {
  private static let samples = 5

  private func run(_ model: ModelGraph, nodes: [Int], by clock: KernelClock?) throws -> DeviceRun {
    let device = CPUDevice()
    device.clock = clock
    let run = try DeviceRun(
      model.graph, nodes: nodes, wanted: [model.loss] + model.assignments.map(\.value),
      samples: Self.samples, device: device)
    for variable in run.variables {
      let value = model.graph[variable]
      guard
        let tensor = DeviceOracleTests.tensor(
          for: value, .mlp, samples: Self.samples, step: 1)
      else { continue }
      run.write(tensor, to: variable)
    }
    return run
  }

  /// Fused or not, the kernels' operations are those of the nodes, and products have their extents.
  @Test func kernelsDoTheWorkOfTheNodes() throws {
    let model = try TestModel.mlp.training()
    let graph = model.graph
    let nodes = graph.nodes.indices.filter { model.isLive[$0] }
    let (clock, plain) = (KernelClock(), try run(model, nodes: nodes, by: nil))
    let timed = try run(model, nodes: nodes, by: clock)
    try timed.run()
    clock.endStep(counts: false)
    for _ in 0..<3 {
      try timed.run()
      clock.endStep()
    }
    try plain.run()
    let flops = nodes.reduce(0) { sum, index in
      let node = graph.nodes[index]
      return sum
        + node.op.flops(
          inputs: node.inputs.map { graph.type(of: $0) },
          outputs: node.outputs.map { graph.type(of: $0) }, samples: Self.samples)
    }
    let rows = clock.rows
    #expect(rows.reduce(0) { $0 + $1.calls * $1.work.flops } == flops)
    #expect(rows.allSatisfy { $0.calls == 1 && $0.seconds.count == 3 && $0.work.bytes > 0 })
    for row in rows {
      guard let product = row.work.product else { continue }
      #expect([product.m, product.n, product.k].contains(Self.samples), "\(row.work.shapes)")
      #expect(row.work.flops >= 2 * product.m * product.n * product.k)
    }
    #expect(rows.contains { $0.work.product != nil })
    // Law 2: who looks on changes nothing.
    let first = try run(model, nodes: nodes, by: KernelClock())
    try first.run()
    #expect(first.read(model.loss) == plain.read(model.loss))
  }

  /// Rates are numbers of this machine: above 0, and no product is faster than the peak allows.
  @Test func ratesAreLimits() throws {
    let rates = try ProcessorRates.measured(workingBytes: 1 << 20)
    #expect(rates.flopsPerSecond > 1e8 && rates.bytesPerSecond > 1e7)
    #expect(rates.narrowFlopsPerSecond >= rates.flopsPerSecond)
    for isNarrow in [false, true] {
      let product = KernelWork.Product(m: 64, n: 48, k: 32, isNarrow: isNarrow)
      #expect(try rates.coldSeconds(of: product) > 0)
    }
  }
}
