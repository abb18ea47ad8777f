import Foundation
import PartitaCurvature
import PartitaGraph
import PartitaReference
import TestModels
import Testing

/// The Hessian of networks in Float64.
@Suite struct GraphSpaceTests {
  let fixture: HessianFixture

  init() throws { fixture = try HessianFixture.load() }

  /// Every number of H is PyTorch's, to 1e-9, and H is symmetric.
  @Test func theHessianIsPyTorchs() throws {
    let study = try CurvatureStudy(
      CurvatureRequest(wantsMatrix: true), of: fixture.space())
    let matrix = try #require(study.matrix)
    #expect(matrix.count == 51 && matrix.allSatisfy { $0.count == 51 })
    for (row, expected) in zip(matrix, fixture.hessian) {
      for (number, other) in zip(row, expected) { #expect(abs(number - other) <= 1e-9) }
    }
    for row in 0..<51 {
      for column in 0..<row { #expect(abs(matrix[row][column] - matrix[column][row]) <= 1e-14) }
    }
    for (found, expected) in zip(SymmetricEigen(matrix).values, fixture.eigenvalues) {
      #expect(abs(found - expected) <= 1e-9)
    }
  }

  /// Lanczos' ends are PyTorch's eigenvalues to 1e-6, and the trace lies within three of its errors.
  @Test func eigenvaluesAndTraceArePyTorchs() throws {
    let request = CurvatureRequest(eigenvalues: 2, steps: 40, probes: 200)
    let study = try CurvatureStudy(request, of: fixture.space())
    try #require(study.eigenvalues.count == 4)
    let ends = fixture.eigenvalues[..<2] + fixture.eigenvalues[49...]
    for (found, expected) in zip(study.eigenvalues, ends) {
      #expect(abs(found.value - expected) <= 1e-6)
      #expect(abs(found.value - expected) <= found.residual + 1e-9)
    }
    let trace = fixture.eigenvalues.reduce(0, +)
    #expect(abs(study.trace.mean - trace) <= 3 * (study.trace.standardError ?? 0))
  }

  /// Microbatches add up to the batch: the regulariser counts once.
  @Test func microbatchesAddUp() throws {
    let whole = try fixture.space()
    let vector = whole.signs(3)
    let product = whole.product
    for cuts in [[8], [4, 4], [1, 5, 2]] {
      let parts = try fixture.space(microbatches: cuts)
      for (one, other) in zip(try parts.product(vector), try product(vector)) {
        #expect(abs(one - other) <= 1e-14)
      }
    }
  }

  /// Norms take a microbatch's statistics, so J and H depend on how the batch is cut: H is then what
  /// differences of that J's gradient say.
  @Test func normsSeeTheirMicrobatch() throws {
    let model = TestModel(
      "norm",
      [
        LayerDescription("first", .linear(features: 3, activation: .tanh)),
        LayerDescription("norm", .batchNorm()), LayerDescription("head", .linear(features: 3)),
      ], input: .perSample([4]), classes: 3)
    let graph = try model.products()
    var draws = Draws(seed: 4)
    var shared: [String: Tensor] = [:]
    for value in graph.graph.values where value.isParameter {
      shared[value.name] = Tensor(
        value.type.shape, (0..<value.type.shape.count).map { _ in draws.next() })
    }
    let samples = (0..<6).map { _ in (0..<4).map { _ in draws.next() } }
    func space(_ cuts: [Range<Int>]) throws -> GraphSpace {
      try GraphSpace(
        graph, shared: shared,
        microbatches: cuts.map { cut in
          [
            "input": Tensor([4], samples: cut.count, samples[cut].flatMap { $0 }),
            "label": Tensor([], samples: cut.count, cut.map { Double($0 % 3) }),
          ]
        }, seed: 1)
    }
    let (whole, halves) = (try space([0..<6]), try space([0..<3, 3..<6]))
    let vector = whole.signs(0)
    let (one, other) = (try whole.product(vector), try halves.product(vector))
    #expect(zip(one, other).contains { abs($0 - $1) > 1e-3 })
    let halvesAlone = try [0..<3, 3..<6].map { try space([$0]).product(vector) }
    // The mean of halves has the regulariser once, as each half has.
    for index in other.indices {
      let mean = (halvesAlone[0][index] + halvesAlone[1][index]) / 2
      #expect(abs(other[index] - mean) <= 1e-13)
    }
  }

  /// The product of one hidden layer without biases, by the formulas of Documentation/Chapter.md.
  @Test func oneHiddenLayerInClosedForm() throws {
    let (inputs, hidden, classes, count, decay) = (3, 4, 2, 5, 0.3)
    let mlp = TestModel(
      "mlp", .mlp(widths: [inputs, hidden, classes], activation: .tanh, bias: false),
      input: .perSample([inputs]), classes: classes,
      objective: Objective(loss: .crossEntropy, weightDecay: decay))
    var draws = Draws(seed: 8)
    func matrix(_ rows: Int, _ columns: Int) -> [[Double]] {
      (0..<rows).map { _ in (0..<columns).map { _ in draws.next() } }
    }
    let (w1, w2) = (matrix(hidden, inputs), matrix(classes, hidden))
    let (v1, v2) = (matrix(hidden, inputs), matrix(classes, hidden))
    let x = matrix(count, inputs)
    let space = try GraphSpace(
      mlp.products(),
      shared: [
        "linear1.weight": Tensor([hidden, inputs], w1.flatMap { $0 }),
        "linear2.weight": Tensor([classes, hidden], w2.flatMap { $0 }),
      ],
      microbatches: [
        [
          "input": Tensor([inputs], samples: count, x.flatMap { $0 }),
          "label": Tensor([], samples: count, (0..<count).map { Double($0 % classes) }),
        ]
      ], seed: 0)

    func times(_ a: [[Double]], _ b: [Double]) -> [Double] { a.map { dot($0, b) } }
    func transposed(_ a: [[Double]], _ b: [Double]) -> [Double] {
      a[0].indices.map { column in dot(a.map { $0[column] }, b) }
    }
    func plus(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 + $1 } }
    var h1 = v1.map { $0.map { decay * $0 } }
    var h2 = v2.map { $0.map { decay * $0 } }
    for (sample, x) in x.enumerated() {
      let h = times(w1, x).map { tanh($0) }
      let slope = h.map { 1 - $0 * $0 }
      let scores = times(w2, h).map { exp($0) }
      let softmax = scores.map { $0 / scores.reduce(0, +) }
      let toO = softmax.indices.map {
        (softmax[$0] - ($0 == sample % classes ? 1 : 0)) / Double(count)
      }
      let toH = transposed(w2, toO)
      // Along v: beside z, h and o, then beside dJ/do, dJ/dh and dJ/dz.
      let alongZ = times(v1, x)
      let alongH = zip(slope, alongZ).map { $0 * $1 }
      let alongO = plus(times(w2, alongH), times(v2, h))
      let mean = dot(softmax, alongO)
      let alongToO = softmax.indices.map { softmax[$0] * (alongO[$0] - mean) / Double(count) }
      let alongToH = plus(transposed(w2, alongToO), transposed(v2, toO))
      let alongToZ = h.indices.map {
        slope[$0] * alongToH[$0] - 2 * h[$0] * slope[$0] * alongZ[$0] * toH[$0]
      }
      for row in 0..<classes {
        for column in 0..<hidden {
          h2[row][column] += alongToO[row] * h[column] + toO[row] * alongH[column]
        }
      }
      for row in 0..<hidden {
        for column in 0..<inputs { h1[row][column] += alongToZ[row] * x[column] }
      }
    }
    let product = try space.product((v1 + v2).flatMap { $0 })
    for (found, expected) in zip(product, (h1 + h2).flatMap { $0 }) {
      #expect(abs(found - expected) <= 1e-14)
    }
  }

  @Test func whatIsMissingIsNamed() throws {
    let model = try fixture.model()
    #expect(throws: CurvatureError.missing(variable: "linear1.weight")) {
      try GraphSpace(model, shared: [:], microbatches: [], seed: 0)
    }
    var microbatch = fixture.microbatch(0..<8)
    microbatch["label"] = nil
    #expect(throws: CurvatureError.missing(variable: "label")) {
      try GraphSpace(model, shared: fixture.shared, microbatches: [microbatch], seed: 0)
    }
  }
}
