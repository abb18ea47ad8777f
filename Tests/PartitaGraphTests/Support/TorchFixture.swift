import Foundation
import PartitaGraph
import PartitaReference
import Testing

/// What scripts/fixtures/make_fixtures.py wrote of PyTorch's results.
struct TorchFixture: Decodable {
  let networks: [String: Gradients]
  let updates: [String: Updates]
  let operators: [String: Derivatives]
  let running: Running

  struct Gradients: Decodable {
    let loss: Double
    let gradients: [String: Digest]
  }

  struct Updates: Decodable {
    let losses: [Double]
    let norms: [Double]
    let parameters: [String: Digest]
  }

  struct Running: Decodable {
    let losses: [Double]
    let values: [String: Digest]
    let evaluation: Double
  }

  struct Derivatives: Decodable {
    let result: Digest
    let gradients: [Digest]
  }

  /// Every `stride`-th element of a tensor, and the sum of the squares of all.
  struct Digest: Decodable {
    let shape: [Int]
    let stride: Int
    let elements: [Double]
    let squares: Double

    /// Compares a tensor; PyTorch's shape counts samples as an axis.
    func expect(
      _ tensor: Tensor, _ comment: Comment, sourceLocation: SourceLocation = #_sourceLocation
    ) {
      let own = (tensor.samples.map { [$0] } ?? []) + tensor.shape.extents
      #expect(own == shape, comment, sourceLocation: sourceLocation)
      let places = Swift.stride(from: 0, to: tensor.elements.count, by: stride)
      expectEqual(
        places.map { tensor.elements[$0] }, elements, tolerance: 1e-12, comment,
        sourceLocation: sourceLocation)
      expectEqual(
        [tensor.elements.reduce(0) { $0 + $1 * $1 }], [squares], tolerance: 1e-12, comment,
        sourceLocation: sourceLocation)
    }
  }

  static func load() throws -> TorchFixture {
    try JSONDecoder().decode(
      TorchFixture.self, from: Data(contentsOf: fixture("torch.json")))
  }
}

/// The script's `noise`: element i of a stream, uniform in [-1, 1), exact in integers.
func noise(_ stream: Int, _ i: Int) -> Double {
  var x = UInt64(i + stream * 1_000_003 + 1)
  x = x &* 2_654_435_761 & 0xFFFF_FFFF
  x ^= x >> 15
  x = x &* 2_246_822_519 & 0xFFFF_FFFF
  x ^= x >> 13
  return Double(x) / 0x1p31 - 1
}

/// The numbers that the script draws for a value: whole numbers below `count` where one is given.
func noise(
  _ stream: Int, _ type: ValueType, samples: Int, below count: Int? = nil, scale: Double = 1
) -> Tensor {
  let elements = (0..<type.count(samples: samples)).map { i in
    let u = noise(stream, i)
    return count.map { ((u + 1) / 2 * Double($0)).rounded(.down) } ?? u * scale
  }
  return Tensor(type.shape, samples: type.isPerSample ? samples : nil, elements)
}

/// The numbers that the script gives a network's variables: parameters in the order of names.
func numbersOfScript(
  for model: ModelGraph, samples: Int, tokens: Int? = nil, classes: Int? = nil
) throws -> [ValueID: Tensor] {
  let graph = model.graph
  var numbers: [ValueID: Tensor] = [:]
  let named = graph.parameters.sorted { graph[$0].name < graph[$1].name }
  for (i, parameter) in named.enumerated() {
    var tensor = noise(10 + i, graph.type(of: parameter), samples: samples, scale: 0.4)
    if graph[parameter].name.hasSuffix("norm.weight") {
      tensor.elements = tensor.elements.map { $0 + 1 }
    }
    numbers[parameter] = tensor
  }
  for value in graph.values {
    switch value.role {
    case .input: numbers[value.id] = noise(1, value.type, samples: samples, below: tokens)
    case .label: numbers[value.id] = noise(2, value.type, samples: samples, below: classes)
    case .sampleWeight:
      numbers[value.id] = Tensor(repeating: 1 / Double(samples), value.type, samples: samples)
    case .state: numbers[value.id] = Tensor(repeating: 0, value.type, samples: samples)
    case .running(.constant(let start)):
      numbers[value.id] = Tensor(repeating: start, value.type, samples: samples)
    default: break
    }
  }
  return numbers
}
